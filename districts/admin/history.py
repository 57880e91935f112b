"""History of changes for the auditor: who changed which unit, person or appointment. No business record."""

import auditlog.admin  # noqa: F401 - registers its own page first, which ours replaces
from auditlog.models import LogEntry
from django.contrib import admin
from django.utils.html import format_html_join

from districts.posts.administrators import AdministeredBy
from districts.posts.models import User

ACTIONS = {LogEntry.Action.CREATE: "新增", LogEntry.Action.UPDATE: "修改", LogEntry.Action.DELETE: "删除"}

admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class HistoryAdmin(AdministeredBy, admin.ModelAdmin):
    """History of units, people and appointments, for the auditor; nobody changes it."""

    viewed_by = frozenset({User.AdminRole.LOG_AUDITOR})
    list_display = ["at", "who", "what", "thing", "did"]
    list_display_links = ["at"]
    list_select_related = ["actor", "content_type"]
    search_fields = ["object_repr", "actor__name"]
    fields = readonly_fields = ["at", "who", "what", "thing", "did", "changed"]
    ordering = ["-timestamp", "-pk"]

    @admin.display(description="时间", ordering="timestamp")
    def at(self, entry):
        return entry.timestamp

    @admin.display(description="谁", ordering="actor__name")
    def who(self, entry):
        return entry.actor.name if entry.actor else "系统"

    @admin.display(description="类别")
    def what(self, entry):
        model = entry.content_type.model_class()
        return model._meta.verbose_name if model else entry.content_type.model

    @admin.display(description="对象")
    def thing(self, entry):
        return entry.object_repr

    @admin.display(description="做了什么", ordering="action")
    def did(self, entry):
        return ACTIONS.get(entry.action, "查看")

    @admin.display(description="变更")
    def changed(self, entry):
        model = entry.content_type.model_class()
        rows = [
            (_label(model, name), _shown(model, name, old), _shown(model, name, new))
            for name, (old, new) in entry.changes.items()
        ]
        return format_html_join("", "<p>{}：{} → {}</p>", rows)


def _field(model, name):
    return next((f for f in model._meta.fields if f.name == name), None)


def _label(model, name):
    field = _field(model, name)
    return field.verbose_name if field else name


def _shown(model, name, value):
    """A stored value as its reader knows it: a name for an id, a label for a choice, 空 for nothing."""
    if value in (None, "None", ""):
        return "空"
    field = _field(model, name)
    if field is not None and field.is_relation:
        return field.related_model._base_manager.filter(pk=value).first() or value
    return dict(field.flatchoices).get(value, value) if field is not None else value
