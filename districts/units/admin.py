from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.posts.administrators import AdministeredBy
from districts.posts.models import User
from districts.units.models import Placement, Unit, UnitName
from districts.units.tree import add_unit, move_unit, rename_unit, retire_unit

SYSTEM, AUDITOR = User.AdminRole.SYSTEM_ADMIN, User.AdminRole.LOG_AUDITOR


class UnitForm(forms.ModelForm):
    """Every change of the tree states from when it holds and why."""

    on = forms.DateField(label="生效日期", initial=timezone.localdate, help_text="归属、名称或撤销从（到）哪一天起算")
    reason = forms.CharField(label="依据或原因", max_length=200)
    retire = forms.BooleanField(label="撤销这个单位", required=False, help_text="勾选后，生效日期为其最后一天")

    class Meta:
        model = Unit
        fields = ["kind", "parent", "name", "code", "name_confirmed", "remark"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:  # absent for those who may only look
            self.fields["parent"].queryset = Unit.objects.active().order_by("tree_id", "lft")
        if self.instance.pk and "kind" in self.fields:
            self.fields["kind"].disabled = True
            self.parent_before, self.name_before = self.instance.parent_id, self.instance.name

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError("生效日期不能在今天之后。")
        return on


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
    changed_by = {SYSTEM}
    viewed_by = {SYSTEM, User.AdminRole.SECURITY_ADMIN, AUDITOR}
    form = UnitForm
    list_display = ["indented_name", "kind", "code", "name_confirmed", "retired_on"]
    list_filter = ["kind", "name_confirmed"]
    search_fields = ["name", "code", "names__name"]
    ordering = ["tree_id", "lft"]
    list_per_page = 200
    inlines = [PlacementInline, NameInline]

    @admin.display(description="名称")
    def indented_name(self, unit):
        return "　" * unit.level + unit.name

    def save_model(self, request, obj, form, change):
        data = form.cleaned_data
        when = {"on": data["on"], "reason": data["reason"], "by": request.user}
        if not change:
            fields = {k: data[k] for k in ("code", "name_confirmed", "remark")}
            obj.pk = add_unit(data["kind"], data["name"], parent=data["parent"], **fields, **when).pk
            return
        self._apply_changes(obj, form, data, when)

    def _apply_changes(self, obj, form, data, when):
        if data["parent"] and data["parent"].pk != form.parent_before:
            move_unit(obj, data["parent"], **when)
        if data["name"] != form.name_before:
            rename_unit(obj, data["name"], **when)
        plain = {k: data[k] for k in ("name_confirmed", "remark")} | {"code": data["code"] or None}
        Unit.objects.filter(pk=obj.pk).update(**plain)
        if data["retire"]:
            retire_unit(obj, **when)

    def save_related(self, request, form, formsets, change):
        """The inlines show history; nothing of them is saved."""

    def has_delete_permission(self, request, obj=None):
        return False
