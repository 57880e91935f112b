from django.contrib import admin, messages

from districts.jobs.models import Job
from districts.jobs.running import try_again
from districts.jobs.words import KINDS, failure_in_words, kind_in_words
from districts.posts.administrators import AdministeredBy
from districts.posts.models import User
from districts.trail.recording import record_event


class KindFilter(admin.SimpleListFilter):
    title, parameter_name = "任务", "kind"

    def lookups(self, request, model_admin):
        return KINDS.items()

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Job)
class JobAdmin(AdministeredBy, admin.ModelAdmin):
    """后台任务: numbers, progress and failures; no argument of a job, no word of an error is shown."""

    changed_by = frozenset({User.AdminRole.SYSTEM_ADMIN})
    list_display = ["id", "what", "state", "progress", "doing", "attempts", "failed", "created_at", "finished_at"]
    list_filter = ["state", KindFilter]
    fields = readonly_fields = [*list_display, "asked_by", "lease_until"]
    ordering = ["-pk"]
    actions = ["retry"]

    def has_add_permission(self, request):
        return False

    @admin.display(description="任务", ordering="kind")
    def what(self, job):
        return kind_in_words(job.kind)

    @admin.display(description="最近一次失败", ordering="failure")
    def failed(self, job):
        return failure_in_words(job.failure)

    @admin.action(permissions=["change"], description="重试选中的失败任务")
    def retry(self, request, queryset):
        again = [job.pk for job in queryset.order_by("pk") if try_again(job)]
        for pk in again:
            record_event("operation", f"重试后台任务 {pk}")
        messages.success(request, f"已重新排队 {len(again)} 个任务；没有失败的任务不受影响。")
