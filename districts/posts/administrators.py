"""The three administrators, who hold no post and see no business record."""

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags import admin_list
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.locking import structure_lock
from districts.posts.models import User
from districts.records.fields import PortalModelForm
from districts.trail.recording import record_event

DAYS = ("year", "month", "day", "gte", "lt")  # what Django's links of a calendar above a list ask for
ADMINISTRATORS = [
    ("sysadmin", "系统管理员", User.AdminRole.SYSTEM_ADMIN),
    ("secadmin", "安全管理员", User.AdminRole.SECURITY_ADMIN),
    ("auditor", "安全审计员", User.AdminRole.LOG_AUDITOR),
]


def create_admins(make_password):
    """Make the administrators that are missing; returns [(user, password)] of the new ones."""
    made = []
    with structure_lock():
        for username, name, role in ADMINISTRATORS:
            if User.objects.filter(admin_role=role).exists():
                continue
            if User.objects.filter(username=username).exists():
                raise ValidationError(f"用户名 {username} 已被占用，请先改名。")
            password = make_password()
            user = User.objects.create_user(username, password, name=name, admin_role=role, must_change_password=True)
            made.append((user, password))
            record_event("person", f"建立{user.get_admin_role_display()}账号 {username}")
    return made


def reset_password(user, password, by=None):
    """Set a one-time password: the person must choose another at the next log-in. Ends a lock."""
    user.set_password(password)
    user.must_change_password, user.failed_logins, user.last_failed_at = True, 0, None
    user.save(update_fields=["password", "must_change_password", "failed_logins", "last_failed_at"])
    record_event("person", f"给 {user.name}（{user.username}）发一次性密码", by=by)


@transaction.atomic
def reset_second_factor(user, by=None):
    """Forget a person's phone: they set up another at the next log-in. True when there was one. Never one's own."""
    if by is not None and by.pk == user.pk:
        raise ValidationError("不能重置自己的两步验证。换手机请在“两步验证”页用现在的动态码办理。")
    count, _ = TOTPDevice.objects.filter(user=user).delete()
    if count:
        fresh = {"failed_codes": 0, "last_code_failed_at": None, "must_set_up_code": True}
        User.objects.filter(pk=user.pk).update(**fresh)
        record_event("password", f"重置 {user.name}（{user.username}）的两步验证", by=by)
    return bool(count)


admin_list._boolean_icon = {True: "是", False: "否", None: "未定"}.get  # Django's icon is read out as True and False


class WrongValue(Exception):
    """A list was asked for by a value that its column cannot hold."""


class AdministeredBy:
    """For a ModelAdmin: which administrators may change, which may look; nobody deletes.

    Mixed into admin classes only; says nothing about portal users, who never enter the admin site.
    """

    changed_by = frozenset()
    viewed_by = frozenset()
    form = PortalModelForm

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return getattr(request.user, "admin_role", "") in self.viewed_by | self.changed_by

    def has_change_permission(self, request, obj=None):
        return getattr(request.user, "admin_role", "") in self.changed_by

    def has_add_permission(self, request, obj=None):
        return getattr(request.user, "admin_role", "") in self.changed_by

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request=None):
        """Only the filters and the days that the page offers: no other column can be sounded out by the address."""
        days = {f"{self.date_hierarchy}__{part}" for part in DAYS if self.date_hierarchy}
        return lookup in days or lookup.removesuffix("__exact").removesuffix("__isnull") in self.list_filter

    def get_changelist_instance(self, request):
        if any("\0" in value for _, values in request.GET.lists() for value in values):
            raise WrongValue  # PostgreSQL keeps no such character and takes none in a question
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise WrongValue from error

    def changelist_view(self, request, extra_context=None):
        """A value that no row can have, such as a 13th month, is said in words over the whole list."""
        try:
            return super().changelist_view(request, extra_context)
        except WrongValue:
            messages.warning(request, "网址里的日期或筛选条件不对，下面列出的是全部。")
            return redirect(request.path)

    def get_fields(self, request, obj=None):
        """Who may only look sees what is kept, without the fields that ask for a change."""
        fields = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fields
        kept = {field.name for field in self.model._meta.get_fields()}
        return [name for name in fields if name in kept | set(self.get_readonly_fields(request, obj))]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form


def without_shortcuts(field):
    """Take the pencils and pluses away that Django puts beside a choice: units and people are made on their own pages."""
    widget = field.widget
    widget.can_add_related = widget.can_change_related = widget.can_delete_related = widget.can_view_related = False


class RuledForm(PortalModelForm):
    """A form whose change is one of our functions: tried first and taken back, so that a refusal keeps what was typed."""

    by = None

    def apply(self):
        """Do it, by the functions that alone may; returns the record."""
        raise NotImplementedError

    def clean(self):
        data = super().clean()
        if not self.errors:
            try:
                with transaction.atomic():
                    self.apply()
                    transaction.set_rollback(True)
            except ValidationError as error:
                self.add_error(None, error)
        return data
