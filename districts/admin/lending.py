"""The security administrator's pages: changes of posts prepared by others, delegations, grants."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html_join

from districts.posts.administrators import AdministeredBy, RuledForm, without_shortcuts
from districts.posts.changes import authorise_change, difference_of, refuse_change
from districts.posts.lending import delegate_post, end_lent, grant_duty
from districts.posts.models import Appointment, AppointmentChange, Delegation, Grant, User

SECURITY = User.AdminRole.SECURITY_ADMIN

EVERY_ADMINISTRATOR = frozenset(User.AdminRole.values) - {""}


class ChangeForm(RuledForm):
    """The decision on a prepared change."""

    DECISIONS = [("authorise", "同意，现在办理"), ("refuse", "不同意")]
    decision = forms.ChoiceField(label="授权", choices=DECISIONS, widget=forms.RadioSelect)

    class Meta:
        model = AppointmentChange
        fields = ["answer"]

    def apply(self):
        if self.cleaned_data["decision"] == "authorise":
            return authorise_change(self.instance, self.by)
        return refuse_change(self.instance, self.by, self.cleaned_data["answer"])


@admin.register(AppointmentChange)
class AppointmentChangeAdmin(AdministeredBy, admin.ModelAdmin):
    """What the Party office or the opening workbook prepared; nothing is added or reworded here."""

    changed_by = frozenset({SECURITY})
    viewed_by = EVERY_ADMINISTRATOR
    form = ChangeForm
    list_display = ["kind", "user", "post", "unit", "on", "state", "prepared_by", "decided_by"]
    list_display_links = ["user"]
    list_filter = ["state", "kind", "post"]
    list_select_related = ["user", "unit", "prepared_by", "decided_by"]
    search_fields = ["user__name", "unit__name"]
    actions = ["authorise_chosen"]
    shown = [
        "kind",
        "user",
        "post",
        "unit",
        "title",
        "on",
        "until",
        "replaces",
        "reason",
        "prepared_by",
        "prepared_at",
        "state",
        "difference",
    ]
    readonly_fields = [*shown, "decided_by", "decided_at"]

    def has_add_permission(self, request):
        return False

    def get_fields(self, request, obj=None):
        is_open = obj and obj.state == AppointmentChange.State.PREPARED and self.has_change_permission(request, obj)
        return [*self.shown, *(["decision", "answer"] if is_open else ["decided_by", "decided_at", "answer"])]

    def get_readonly_fields(self, request, obj=None):
        is_open = obj and obj.state == AppointmentChange.State.PREPARED
        return self.readonly_fields if is_open else [*self.readonly_fields, "answer"]

    def has_change_permission(self, request, obj=None):
        is_open = obj is None or obj.state == AppointmentChange.State.PREPARED
        return is_open and super().has_change_permission(request, obj)

    @admin.display(description="办理后的变化")
    def difference(self, change):
        if change.state != AppointmentChange.State.PREPARED:
            return "—"
        try:
            found = difference_of(change)
        except ValidationError as error:
            return "现在不能办理：" + "；".join(error.messages)
        said = [("任职", found.posts), ("增加", found.gains), ("减少", found.losses)]
        return format_html_join("", "<p>{}：{}</p>", [(word, "；".join(rows) or "无") for word, rows in said])

    @admin.action(permissions=["change"], description="开通选中的权限")
    def authorise_chosen(self, request, queryset):
        done = 0
        for change in queryset.filter(state=AppointmentChange.State.PREPARED).order_by("pk"):
            try:
                authorise_change(change, request.user)
                done += 1
            except ValidationError as error:
                messages.error(request, f"{change}：{'；'.join(error.messages)}")
        messages.success(request, f"已办理 {done} 项岗位与权限事项。")

    def save_model(self, request, obj, form, change):
        form.apply()


class LentForm(RuledForm):
    """Make a delegation or a grant; of one that runs only the last day can be brought forward."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if hasattr(field, "queryset"):
                without_shortcuts(field)
            field.disabled = bool(self.instance.pk) and name != "ends_on"
        active = User.objects.filter(is_active=True, admin_role="").order_by("name")
        for name in {"user", "delegate"} & self.fields.keys():
            self.fields[name].queryset = active
            self.fields[name].label_from_instance = lambda u: f"{u.name}（{u.staff_number or u.username}）"

    def apply(self):
        data = dict(self.cleaned_data)
        if self.instance.pk:
            return end_lent(type(self.instance).objects.get(pk=self.instance.pk), on=data["ends_on"], by=self.by)
        return self.lend(by=self.by, **data)


class DelegationForm(LentForm):
    class Meta:
        model = Delegation
        fields = ["appointment", "delegate", "starts_on", "ends_on", "reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "appointment" in self.fields and not self.instance.pk:
            rows = Appointment.objects.valid_on(timezone.localdate()).select_related("user", "unit")
            self.fields["appointment"].queryset = rows.order_by("unit__tree_id", "unit__lft", "post")

    def lend(self, by, appointment, delegate, **data):
        return delegate_post(appointment, delegate, by=by, **data)


class GrantForm(LentForm):
    class Meta:
        model = Grant
        fields = ["user", "duty", "unit", "starts_on", "ends_on", "reason"]

    def lend(self, by, user, duty, unit, **data):
        return grant_duty(user, duty, unit, by=by, **data)


class LentAdmin(AdministeredBy, admin.ModelAdmin):
    changed_by = frozenset({SECURITY})
    viewed_by = EVERY_ADMINISTRATOR

    def has_change_permission(self, request, obj=None):
        return (obj is None or not obj.is_over) and super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        obj.pk = form.apply().pk


@admin.register(Delegation)
class DelegationAdmin(LentAdmin):
    """代录: who may enter for whom, until when. Accepting, signing and ballots stay personal."""

    form = DelegationForm
    list_display = ["delegate", "appointment", "starts_on", "ends_on", "reason"]
    list_select_related = ["delegate", "appointment__user", "appointment__unit"]
    search_fields = ["delegate__name", "appointment__user__name"]


@admin.register(Grant)
class GrantAdmin(LentAdmin):
    """临时授权: to look at or to log in a unit without holding a post there; it ends by itself."""

    form = GrantForm
    list_display = ["user", "duty", "unit", "starts_on", "ends_on", "reason"]
    list_select_related = ["user", "unit"]
    search_fields = ["user__name", "unit__name"]
