from django.contrib import admin, messages

from districts.jobs.models import Job
from districts.jobs.running import try_again
from districts.posts.administrators import AdministeredBy
from districts.posts.models import User
from districts.trail.recording import record_event


@admin.register(Job)
class JobAdmin(AdministeredBy, admin.ModelAdmin):
    """后台任务: numbers, progress and failures; no argument of a job, no word of an error is shown."""

    changed_by = frozenset({User.AdminRole.SYSTEM_ADMIN})
    list_display = ["id", "kind", "state", "progress", "doing", "attempts", "failure", "created_at", "finished_at"]
    list_filter = ["state", "kind"]
    fields = readonly_fields = [*list_display, "asked_by", "lease_until"]
    ordering = ["-pk"]
    actions = ["retry"]

    def has_add_permission(self, request):
        return False

    @admin.action(permissions=["change"], description="重试选中的失败任务")
    def retry(self, request, queryset):
        again = [job.pk for job in queryset.order_by("pk") if try_again(job)]
        for pk in again:
            record_event("operation", f"重试后台任务 {pk}")
        messages.success(request, f"已重新排队 {len(again)} 个任务；没有失败的任务不受影响。")
