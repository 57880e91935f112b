from django.contrib import admin, messages
from django.utils import timezone

from districts.calendar.models import CalendarDay
from districts.calendar.workdays import calendar_warning
from districts.posts.administrators import AdministeredBy
from districts.posts.models import User
from districts.trail.recording import record_event

SYSTEM = User.AdminRole.SYSTEM_ADMIN


@admin.register(CalendarDay)
class CalendarDayAdmin(AdministeredBy, admin.ModelAdmin):
    """The street's own working days on top of the library's. Orders already issued keep their dates."""

    changed_by = frozenset({SYSTEM})
    viewed_by = frozenset(User.AdminRole.values) - {""}
    list_display = ["day", "is_working", "note"]
    list_filter = ["is_working"]

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def changelist_view(self, request, extra_context=None):
        today = timezone.localdate()
        for day in (today, today.replace(year=today.year + 1, day=1)):
            if warning := calendar_warning(day):
                messages.warning(request, warning)
        return super().changelist_view(request, extra_context)

    def log_addition(self, request, obj, message):
        record_event("setting", f"工作日调整：{obj}（{obj.note}）")
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        record_event("setting", f"工作日调整改为：{obj}（{obj.note}）")
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            record_event("setting", f"删除工作日调整：{obj}")
        return super().log_deletions(request, queryset)
