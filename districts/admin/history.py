"""History of changes for the auditor: who changed which unit, person or appointment. No business record."""

from datetime import UTC

import auditlog.admin  # noqa: F401 - registers its own page first, which ours replaces
from auditlog.models import LogEntry
from django.contrib import admin
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html_join

from districts.posts.administrators import AdministeredBy
from districts.posts.models import User

ACTIONS = {LogEntry.Action.CREATE: "新增", LogEntry.Action.UPDATE: "修改", LogEntry.Action.DELETE: "删除"}
WORDS = {"True": "是", "False": "否"}

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
        return _moment(entry.timestamp)

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
        fields = {field.name: field for field in _fields(entry.content_type.model_class())}
        rows = [
            (_label(fields[name]), _shown(fields[name], old), _shown(fields[name], new))
            for name, (old, new) in entry.changes.items()
            if name in fields
        ]
        return format_html_join("", "<p>{}：{} → {}</p>", rows)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        told = self._told(request, object_id)
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "subtitle": told, "told": told}
        )

    def history_view(self, request, object_id, extra_context=None):
        told = self._told(request, object_id)
        return super().history_view(request, object_id, {**(extra_context or {}), "title": told, "told": told})

    def _told(self, request, object_id):
        """What an entry is called: its own text is English."""
        entry = self.get_object(request, object_id)
        return f"{self.did(entry)} {self.thing(entry)}" if entry else ""


def _fields(model):
    """What a model keeps; the other ends of its relations keep a history of their own."""
    return model._meta.fields if model else ()


def _label(field):
    return "编号" if field.primary_key else field.verbose_name


def _shown(field, value):
    """A stored value as its reader knows it: a name for an id, a label for a choice, a time of the wall clock, 空 for nothing."""
    if value in (None, "None", ""):
        return "空"
    if field.is_relation:
        return field.related_model._base_manager.filter(pk=value).first() or value
    if field.get_internal_type() == "DateTimeField":
        return _moment(timezone.make_aware(parse_datetime(value), UTC))
    return dict(field.flatchoices).get(value) or WORDS.get(value, value)


def _moment(time):
    return f"{timezone.localtime(time):%Y-%m-%d %H:%M:%S}"
