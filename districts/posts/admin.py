from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from districts.posts.administrators import AdministeredBy, reset_password
from districts.posts.appointing import appoint, dismiss
from districts.posts.models import Appointment, User

SYSTEM, SECURITY, AUDITOR = User.AdminRole.SYSTEM_ADMIN, User.AdminRole.SECURITY_ADMIN, User.AdminRole.LOG_AUDITOR


class PersonCreationForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "name", "staff_number", "phone"]
        field_classes = {}


@admin.register(User)
class PersonAdmin(AdministeredBy, DjangoUserAdmin):
    """People and their accounts. An administrator's role is given by `manage.py create_admins` only."""

    changed_by = {SYSTEM}
    viewed_by = {SYSTEM, SECURITY, AUDITOR}
    add_form = PersonCreationForm
    list_display = ["name", "username", "staff_number", "masked_phone", "admin_role", "is_active"]
    list_filter = ["is_active", "admin_role"]
    search_fields = ["name", "username", "staff_number"]
    ordering = ["username"]
    filter_horizontal = []
    readonly_fields = ["admin_role", "last_login", "created_at"]
    fieldsets = [
        (None, {"fields": ["username", "password", "name", "staff_number", "phone", "is_active", "admin_role"]}),
        ("登录", {"fields": ["must_change_password", "last_login", "created_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "name", "staff_number", "phone", "password1", "password2"]})]

    def get_fieldsets(self, request, obj=None):
        """Those who may only look do not see the phone."""
        if obj and not self.has_change_permission(request, obj):
            return [(None, {"fields": ["username", "name", "staff_number", "masked_phone", "is_active", "admin_role"]})]
        return super().get_fieldsets(request, obj)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.must_change_password = True
        super().save_model(request, obj, form, change)

    def user_change_password(self, request, id, form_url=""):
        """Django's page for setting another's password; afterwards the person must choose their own."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            reset_password(User.objects.get(pk=id), request.POST["password1"])
        return response


class AppointmentForm(forms.ModelForm):
    ended_reason = forms.CharField(label="免去依据", required=False, max_length=200)

    class Meta:
        model = Appointment
        fields = ["user", "post", "unit", "title", "starts_on", "ends_on", "reason", "ended_reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "user" in self.fields:
            self.fields["user"].queryset = User.objects.filter(is_active=True, admin_role="").order_by("name")
        if self.instance.pk:
            for name in ["user", "post", "unit", "title", "starts_on", "reason"]:
                if name in self.fields:
                    self.fields[name].disabled = True

    def clean(self):
        data = super().clean()
        if self.instance.pk and not (data.get("ends_on") and data.get("ended_reason")):
            raise ValidationError("办理免去：请填截止日期（最后一天）和免去依据。")
        return data


@admin.register(Appointment)
class AppointmentAdmin(AdministeredBy, admin.ModelAdmin):
    """Appointments are made and ended; nothing else about one can be changed."""

    changed_by = {SECURITY}
    viewed_by = {SYSTEM, SECURITY, AUDITOR}
    form = AppointmentForm
    list_display = ["user", "post", "unit", "starts_on", "ends_on", "reason"]
    list_filter = ["post"]
    search_fields = ["user__name", "unit__name"]
    list_select_related = ["user", "unit"]

    def save_model(self, request, obj, form, change):
        data = form.cleaned_data
        if change:
            dismiss(obj, on=data["ends_on"], reason=data["ended_reason"], by=request.user)
            return
        fields = {k: data[k] for k in ("starts_on", "ends_on", "reason", "title")}
        obj.pk = appoint(data["user"], data["post"], data["unit"], by=request.user, **fields).pk


admin.site.unregister(Group)
admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class HistoryAdmin(AdministeredBy, LogEntryAdmin):
    """History of units, people and appointments, for the auditor; nobody changes it."""

    viewed_by = {AUDITOR}
    list_display = ["created", "resource_url", "action", "msg_short", "user_url"]
    readonly_fields = ["created", "resource_url", "action", "user_url", "msg"]
    fieldsets = [(None, {"fields": ["created", "user_url", "resource_url"]}), ("变更", {"fields": ["action", "msg"]})]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


admin.site.site_header = "玉桥 · 强街带社 管理"
admin.site.site_title = "强街带社管理"
admin.site.index_title = "组织、人员与任职"
admin.site.enable_nav_sidebar = False
