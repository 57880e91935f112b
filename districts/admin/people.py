import secrets

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, SetPasswordMixin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from districts.documents.download import dated
from districts.documents.excel import Column, Sheet, excel_response
from districts.posts.administrators import (
    AdministeredBy,
    RuledForm,
    reset_password,
    reset_second_factor,
    without_shortcuts,
)
from districts.posts.appointing import appoint, dismiss
from districts.posts.models import Appointment, User
from districts.records.fields import PortalModelForm, PrivateByDefault
from districts.trail.recording import record_event

SYSTEM, SECURITY, AUDITOR = User.AdminRole.SYSTEM_ADMIN, User.AdminRole.SECURITY_ADMIN, User.AdminRole.LOG_AUDITOR

EVERY_ADMINISTRATOR = frozenset({SYSTEM, SECURITY, AUDITOR})


class PersonCreationForm(PrivateByDefault, BaseUserCreationForm):
    may_be_private = {
        "phone": "本人的工作电话，页面上遮盖，查看留痕",
        "password1": "密码，只存摘要",
        "password2": "密码，只存摘要",
    }

    class Meta:
        model = User
        fields = ["username", "name", "staff_number", "phone"]
        field_classes = {}


class ResetForm(PrivateByDefault, SetPasswordMixin, forms.Form):
    """A one-time password for somebody else."""

    may_be_private = {"password1": "密码，只存摘要", "password2": "密码，只存摘要"}

    required_css_class = "required"
    password1, password2 = SetPasswordMixin.create_password_fields("一次性密码", "再输一次")

    def __init__(self, user, *args, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "请当面告知本人；下次登录时必须换成自己的密码。"

    def clean(self):
        self.validate_passwords()
        self.validate_password_for_user(self.user)
        return super().clean() | {"set_usable_password": True}

    def save(self):
        reset_password(self.user, self.cleaned_data["password1"])
        return self.user


class PersonForm(PortalModelForm):
    """A phone is written here, never read: the stored one shows masked."""

    may_be_private = {"new_phone": "本人的工作电话，页面上遮盖，查看留痕"}

    new_phone = forms.CharField(
        label="换手机号", required=False, help_text="留空不改", validators=User._meta.get_field("phone").validators
    )

    class Meta:
        model = User
        fields = ["username", "name", "staff_number", "is_active"]

    def save(self, commit=True):
        if self.cleaned_data.get("new_phone"):
            self.instance.phone = self.cleaned_data["new_phone"]
        return super().save(commit)


@admin.register(User)
class PersonAdmin(AdministeredBy, DjangoUserAdmin):
    """People and their accounts. An administrator's role is given by `manage.py create_admins` only."""

    changed_by = frozenset({SYSTEM})
    viewed_by = EVERY_ADMINISTRATOR
    form = PersonForm
    add_form = PersonCreationForm
    actions = ["hand_out_passwords", "reset_second_factors"]
    add_form_template = "admin/change_form.html"
    change_password_form = ResetForm
    list_display = ["name", "username", "staff_number", "phone_masked", "admin_role", "is_active"]
    list_filter = ["is_active", "admin_role"]
    search_fields = ["name", "username", "staff_number"]
    ordering = ["username"]
    filter_horizontal = []
    readonly_fields = [
        "admin_role",
        "last_login",
        "created_at",
        "must_change_password",
        "password_reset",
        "phone_masked",
    ]
    fieldsets = [
        (
            None,
            {"fields": ["username", "name", "staff_number", "phone_masked", "new_phone", "is_active", "admin_role"]},
        ),
        ("登录", {"fields": ["password_reset", "must_change_password", "last_login", "created_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "name", "staff_number", "phone", "password1", "password2"]})]

    @admin.display(description="手机")
    def phone_masked(self, user):
        return user.masked_phone

    @admin.display(description="密码")
    def password_reset(self, user):
        return format_html('<a href="{}">重置密码</a>', "../password/")

    def has_change_permission(self, request, obj=None):
        """No administrator takes over another's account."""
        own = obj is None or not obj.admin_role or obj.pk == request.user.pk
        return own and super().has_change_permission(request, obj)

    def get_fieldsets(self, request, obj=None):
        """Those who may only look do not see the phone."""
        if obj and not self.has_change_permission(request, obj):
            return [(None, {"fields": ["username", "name", "staff_number", "phone_masked", "is_active", "admin_role"]})]
        return super().get_fieldsets(request, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.must_change_password = True
        super().save_model(request, obj, form, change)
        what = "、".join(form.changed_data) or "无改动"
        record_event("person", f"{'修改' if change else '新建'}人员 {obj.name}（{obj.username}）：{what}")

    @admin.action(permissions=["change"], description="发一次性密码（下载名单）")
    def hand_out_passwords(self, request, queryset):
        """A list to be handed out on paper; each person must choose another password at the first log-in."""
        rows = []
        for user in queryset.filter(admin_role="", is_active=True).order_by("name"):
            password = secrets.token_urlsafe(9)
            reset_password(user, password, by=request.user)
            rows.append((user.name, user.username, user.staff_number or "", password))
        columns = [Column(heading, width=20) for heading in ("姓名", "用户名", "工号", "一次性密码")]
        return excel_response(dated("一次性密码"), Sheet(columns, rows))

    def has_reset_code_permission(self, request):
        return request.user.admin_role == SECURITY

    @admin.action(permissions=["reset_code"], description="重置两步验证（手机丢了）")
    def reset_second_factors(self, request, queryset):
        """By the security administrator, for somebody else, who was seen in person; they set it up anew."""
        for user in queryset.order_by("name"):
            try:
                had_one = reset_second_factor(user, by=request.user)
            except ValidationError as fault:
                messages.error(request, fault.messages[0])
                continue
            done = "的两步验证已重置，下次登录须重新启用。" if had_one else "没有启用两步验证，不用重置。"
            messages.add_message(request, messages.SUCCESS if had_one else messages.WARNING, f"{user.name}{done}")


class AppointmentForm(RuledForm):
    ended_reason = forms.CharField(label="免去依据", required=False, max_length=200)

    class Meta:
        model = Appointment
        fields = ["user", "post", "unit", "title", "is_acting", "starts_on", "ends_on", "reason", "ended_reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"user", "unit"} & self.fields.keys():
            without_shortcuts(self.fields[name])
        if self.instance.pk:
            for name in {"user", "post", "unit", "title", "is_acting", "starts_on", "reason"} & self.fields.keys():
                self.fields[name].disabled = True
        elif "user" in self.fields:
            self.fields["user"].queryset = User.objects.filter(is_active=True, admin_role="").order_by("name")
            self.fields["user"].label_from_instance = lambda user: (
                f"{user.name}（{user.staff_number or user.username}）"
            )
            self.fields["ended_reason"].widget = forms.HiddenInput()

    def apply(self):
        data = self.cleaned_data
        if not self.instance.pk:
            fields = {k: data[k] for k in ("starts_on", "ends_on", "reason", "title", "is_acting")}
            return appoint(data["user"], data["post"], data["unit"], by=self.by, **fields)
        if not (data.get("ends_on") and data.get("ended_reason")):
            raise ValidationError("办理免去：请填截止日期（最后一天）和免去依据。")
        return dismiss(self.instance, on=data["ends_on"], reason=data["ended_reason"], by=self.by)


@admin.register(Appointment)
class AppointmentAdmin(AdministeredBy, admin.ModelAdmin):
    """Appointments are made and ended; nothing else about one can be changed."""

    changed_by = frozenset({SECURITY})
    viewed_by = EVERY_ADMINISTRATOR
    form = AppointmentForm
    list_display = ["user", "post", "unit", "starts_on", "ends_on", "reason"]
    list_filter = ["post"]
    search_fields = ["user__name", "unit__name"]
    list_select_related = ["user", "unit"]

    def save_model(self, request, obj, form, change):
        obj.pk = form.apply().pk


admin.site.unregister(Group)

admin.site.site_header = "玉桥 · 强街带社 管理"

admin.site.site_title = "强街带社管理"

admin.site.index_title = "组织、人员与任职"

admin.site.site_url = None

admin.site.enable_nav_sidebar = False
