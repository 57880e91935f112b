from django.contrib import admin

from districts.posts.administrators import AdministeredBy
from districts.posts.models import User
from districts.trail.models import Event


@admin.register(Event)
class EventAdmin(AdministeredBy, admin.ModelAdmin):
    """The audit trail, for the auditor; nobody changes it."""

    viewed_by = frozenset({User.AdminRole.LOG_AUDITOR})
    list_display = ["at", "actor", "under", "kind", "subject", "outcome", "address"]
    list_display_links = ["at"]
    list_filter = ["kind"]
    list_select_related = ["actor"]
    search_fields = ["subject", "actor__name", "actor__username"]
    date_hierarchy = "at"
    ordering = ["-serial"]
    show_full_result_count = False
