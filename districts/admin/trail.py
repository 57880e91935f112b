from django.contrib import admin
from django.utils.html import format_html

from districts.posts.administrators import AdministeredBy
from districts.posts.models import User
from districts.trail.models import Event


@admin.register(Event)
class EventAdmin(AdministeredBy, admin.ModelAdmin):
    """The audit trail, for the auditor; nobody changes it."""

    viewed_by = frozenset({User.AdminRole.LOG_AUDITOR})
    list_display = ["at", "actor", "under", "kind_marked", "subject", "outcome", "address"]
    list_display_links = ["at"]
    list_filter = ["kind"]
    list_select_related = ["actor"]
    search_fields = ["subject", "actor__name", "actor__username"]
    date_hierarchy = "at"
    ordering = ["-serial"]
    show_full_result_count = False

    @admin.display(description="类别", ordering="kind")
    def kind_marked(self, event):
        """What the auditor is to look at stands out among what is usual."""
        label = event.get_kind_display()
        return format_html('<strong class="stands-out">{}</strong>', label) if event.stands_out else label
