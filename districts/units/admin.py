from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AdminTextInputWidget
from django.utils import timezone

from districts.posts.administrators import AdministeredBy, RuledForm, without_shortcuts
from districts.posts.models import User
from districts.units.models import Placement, Unit, UnitName
from districts.units.tree import add_unit, move_unit, rename_unit, retire_unit

SYSTEM, AUDITOR = User.AdminRole.SYSTEM_ADMIN, User.AdminRole.LOG_AUDITOR


class UnitForm(RuledForm):
    """Every change of the tree states from when it holds and why."""

    on = forms.DateField(
        label="生效日期",
        initial=timezone.localdate,
        widget=AdminDateWidget,
        help_text="归属、名称从这一天起算；撤销时为最后一天",
    )
    reason = forms.CharField(label="依据或原因", max_length=200, widget=AdminTextInputWidget)
    retire = forms.BooleanField(label="撤销这个单位", required=False)

    class Meta:
        model = Unit
        fields = ["kind", "parent", "name", "code", "name_confirmed", "remark"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:  # absent for those who may only look
            without_shortcuts(self.fields["parent"])
            self.fields["parent"].queryset = Unit.objects.active().exclude(kind="branch").order_by("tree_id", "lft")
        if self.instance.pk and "kind" in self.fields:
            self.fields["kind"].disabled = True
        elif "retire" in self.fields:
            self.fields["retire"].widget = forms.HiddenInput()

    def apply(self):
        data = self.cleaned_data
        when = {"on": data["on"], "reason": data["reason"], "by": self.by}
        if not self.instance.pk:
            fields = {k: data[k] for k in ("code", "name_confirmed", "remark")}
            return add_unit(data["kind"], data["name"], parent=data["parent"], **fields, **when)
        unit = Unit.objects.get(pk=self.instance.pk)
        if data["parent"] and data["parent"].pk != unit.parent_id:
            move_unit(unit, data["parent"], **when)
        if data["name"] != unit.name:
            rename_unit(unit, data["name"], **when)
        plain = {k: data[k] for k in ("name_confirmed", "remark")} | {"code": data["code"] or None}
        Unit.objects.filter(pk=unit.pk).update(**plain)
        if data["retire"]:
            retire_unit(unit, **when)
        return unit


class HistoryInline(admin.TabularInline):
    extra = 0
    can_delete = False
    readonly_fields = ["starts_on", "ends_on", "reason", "entered_at", "entered_by"]

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_add_permission

    def has_view_permission(self, request, obj=None):
        return True


class PlacementInline(HistoryInline):
    model = Placement
    fk_name = "unit"
    fields = ["parent", "is_confirmed", *HistoryInline.readonly_fields]


class NameInline(HistoryInline):
    model = UnitName
    fields = ["name", *HistoryInline.readonly_fields]


@admin.register(Unit)
class UnitAdmin(AdministeredBy, admin.ModelAdmin):
    changed_by = frozenset({SYSTEM})
    viewed_by = frozenset({SYSTEM, User.AdminRole.SECURITY_ADMIN, AUDITOR})
    form = UnitForm
    list_display = ["indented_name", "kind", "code", "name_confirmed", "retired_on"]
    list_filter = ["kind", "name_confirmed"]
    search_fields = ["name", "code", "names__name"]
    ordering = ["tree_id", "lft"]
    list_per_page = 200
    inlines = [PlacementInline, NameInline]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @admin.display(description="名称")
    def indented_name(self, unit):
        return "　" * unit.level + unit.name

    def save_model(self, request, obj, form, change):
        obj.pk = form.apply().pk

    def save_related(self, request, form, formsets, change):
        """The inlines show history; nothing of them is saved."""
        for formset in formsets:
            formset.new_objects = formset.changed_objects = formset.deleted_objects = []
