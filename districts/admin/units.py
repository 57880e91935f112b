from functools import partial

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from mptt.admin import DraggableMPTTAdmin

from districts.admin import opening
from districts.posts.administrators import AdministeredBy, RuledForm, without_shortcuts
from districts.posts.models import User
from districts.records.fields import PortalModelForm
from districts.units.models import Placement, ServiceLink, Unit, UnitName
from districts.units.tree import (
    add_unit,
    end_service,
    link_service,
    merge_units,
    move_unit,
    rename_unit,
    reorder_unit,
    retire_unit,
)

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
    merge_into = forms.ModelChoiceField(
        label="合并：并入",
        queryset=Unit.objects.none(),
        required=False,
        help_text="选了就把本单位并入它：所属支部等一并转过去，没有办结的事由它接着办，旧名仍可查到；须先免去本单位的任职",
    )

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
            same = Unit.objects.active().filter(tree_id=self.instance.tree_id, kind=self.instance.kind)
            self.fields["merge_into"].queryset = same.exclude(pk=self.instance.pk).order_by("lft")
        elif "retire" in self.fields:
            self.fields["retire"].widget = self.fields["merge_into"].widget = forms.HiddenInput()

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
        if data["merge_into"]:
            merge_units([unit], data["merge_into"], **when)
        elif data["retire"]:
            retire_unit(unit, **when)
        return unit


class HistoryInline(admin.TabularInline):
    form = PortalModelForm
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
class UnitAdmin(AdministeredBy, DraggableMPTTAdmin):
    """The tree: dragged, or changed by the plain 上级 select; either way through the functions of `tree`."""

    changed_by = frozenset({SYSTEM})
    viewed_by = frozenset({SYSTEM, User.AdminRole.SECURITY_ADMIN, AUDITOR})
    form = UnitForm
    list_display = ["tree_actions", "indented_title", "kind", "code", "name_confirmed", "retired_on"]
    list_display_links = ["indented_title"]
    list_filter = ["kind", "name_confirmed"]
    search_fields = ["name", "code", "names__name"]
    inlines = [PlacementInline, NameInline]
    change_list_template = "admin/units.html"
    expand_tree_by_default = True

    def get_urls(self):
        """The opening workbook has its pages beside the tree."""
        return [
            path("opening/", self._page(opening.opening_page), name="opening"),
            path("opening/template/", self._page(opening.template), name="opening_template"),
            path("opening/<int:pk>/export/", self._page(opening.export), name="opening_export"),
            *super().get_urls(),
        ]

    def _page(self, view):
        return self.admin_site.admin_view(partial(view, model_admin=self))

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @admin.display(description="名称")
    def indented_title(self, unit):
        """Indented by characters: the page's policy allows no style attribute."""
        return format_html("{}{}", "　" * unit.level, unit.name)

    def _move_node(self, request):
        """A drag is a move from today on; refused in words where the plain form would refuse it."""
        try:
            unit = Unit.objects.get(pk=request.POST.get("cut_item"))
            target = Unit.objects.get(pk=request.POST.get("pasted_on"))
            self._drag(request, unit, target, request.POST.get("position"))
        except (Unit.DoesNotExist, ValueError):
            self.message_user(request, "单位已不存在，请刷新。", level="ERROR")
        except ValidationError as error:
            self.message_user(request, "；".join(error.messages), level="ERROR")
        return HttpResponse("done")

    def _drag(self, request, unit, target, position):
        if position not in {"last-child", "left", "right"}:
            raise ValidationError("没有看懂拖到哪里，请再试一次。")
        if not self.has_change_permission(request, unit):
            raise ValidationError("您没有调整组织架构的权限。")
        if position != "last-child" and target.parent_id == unit.parent_id:
            reorder_unit(unit, target, before=position == "left")
            self.message_user(request, f"已调整“{unit.name}”的先后。")
            return
        parent = target if position == "last-child" else target.parent
        if parent is None:
            raise ValidationError("街道之间不能拖动。")
        move_unit(unit, parent, on=timezone.localdate(), reason="管理后台拖动调整", by=request.user)
        self.message_user(request, f"“{unit.name}”从今天起归“{parent.name}”；以前的月份仍按原归属计算。")

    def save_model(self, request, obj, form, change):
        obj.pk = form.apply().pk

    def save_related(self, request, form, formsets, change):
        """The inlines show history; nothing of them is saved."""
        for formset in formsets:
            formset.new_objects = formset.changed_objects = formset.deleted_objects = []


class ServiceLinkForm(RuledForm):
    class Meta:
        model = ServiceLink
        fields = ["center", "unit", "starts_on", "ends_on", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"center", "unit"} & self.fields.keys():
            without_shortcuts(self.fields[name])
            kinds = ["center"] if name == "center" else ["community", "village"]
            self.fields[name].queryset = Unit.objects.active().filter(kind__in=kinds).order_by("tree_id", "lft")
        if self.instance.pk:
            for name in {"center", "unit", "starts_on", "reason"} & self.fields.keys():
                self.fields[name].disabled = True

    def apply(self):
        data = self.cleaned_data
        if self.instance.pk:
            if not data["ends_on"]:
                raise ValidationError("结束服务联系，请填截止日期（最后一天）。")
            return end_service(ServiceLink.objects.get(pk=self.instance.pk), on=data["ends_on"], by=self.by)
        link = link_service(data["center"], data["unit"], on=data["starts_on"], reason=data["reason"], by=self.by)
        return end_service(link, on=data["ends_on"], by=self.by) if data["ends_on"] else link


@admin.register(ServiceLink)
class ServiceLinkAdmin(AdministeredBy, admin.ModelAdmin):
    changed_by = frozenset({SYSTEM})
    viewed_by = frozenset({SYSTEM, User.AdminRole.SECURITY_ADMIN, AUDITOR})
    form = ServiceLinkForm
    list_display = ["center", "unit", "starts_on", "ends_on", "reason"]
    list_select_related = ["center", "unit"]

    def save_model(self, request, obj, form, change):
        obj.pk = form.apply().pk
