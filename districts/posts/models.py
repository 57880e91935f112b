from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from districts.posts.duties import Post, Reach
from districts.units.models import Dated, Unit
from districts.units.queries import in_force


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_login(self, typed):
        """The account behind a user name or a staff number; raises DoesNotExist."""
        rows = self.filter(Q(username=typed) | Q(staff_number=typed))
        user = rows.filter(username=typed).first() or rows.first()
        if user is None:
            raise self.model.DoesNotExist
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """人员（账号）: power comes from appointments alone; an administrator's role gives no sight of business records."""

    class AdminRole(models.TextChoices):
        NONE = "", "—"
        SYSTEM_ADMIN = "system_admin", "系统管理员"
        SECURITY_ADMIN = "security_admin", "安全管理员"
        LOG_AUDITOR = "log_auditor", "安全审计员"

    username = models.CharField("用户名", max_length=40, unique=True)
    staff_number = models.CharField("工号", max_length=20, null=True, blank=True, unique=True)
    name = models.CharField("姓名", max_length=30)
    phone = models.CharField(
        "手机",
        max_length=20,
        blank=True,
        help_text="可不填；页面只显示 138****1234",
        validators=[RegexValidator(r"^1\d{10}$", "手机号应为 11 位数字，以 1 开头。")],
    )
    admin_role = models.CharField("管理员", max_length=16, choices=AdminRole.choices, blank=True, default="")
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    failed_logins = models.PositiveSmallIntegerField("连续输错", default=0, editable=False)
    last_failed_at = models.DateTimeField("最近输错", null=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        default_permissions = ()

    def __str__(self):
        return self.name

    @property
    def is_staff(self):
        """May open the admin site."""
        return bool(self.admin_role)

    @property
    def masked_phone(self):
        return f"{self.phone[:3]}****{self.phone[-4:]}" if len(self.phone) >= 11 else "****" if self.phone else ""

    def get_short_name(self):
        return self.name

    def clean(self):
        super().clean()
        self.staff_number = self.staff_number or None
        others = User.objects.exclude(pk=self.pk)
        if others.filter(staff_number=self.username).exists():
            raise ValidationError({"username": "这个用户名与别人的工号相同，请换一个。"})
        if self.staff_number and others.filter(username=self.staff_number).exists():
            raise ValidationError({"staff_number": "这个工号与别人的用户名相同，请核对。"})


class AppointmentQuerySet(models.QuerySet):
    def valid_on(self, on):
        return self.filter(in_force(on))

    def overlapping(self, starts_on, ends_on):
        """Appointments that share a day with the span given; an open end reaches for ever."""
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
        return rows.filter(starts_on__lte=ends_on) if ends_on else rows


class Appointment(Dated):
    """任职: who holds which post in which unit, from when to when, by which paper. The source of all power."""

    user = models.ForeignKey(User, verbose_name="人员", on_delete=models.PROTECT, related_name="appointments")
    post = models.CharField("岗位", max_length=20, choices=Post.choices)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="appointments")
    title = models.CharField("职务名称", max_length=40, blank=True, help_text="如：党总支书记；空则用岗位名")
    ended_reason = models.CharField("免去依据", max_length=200, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["unit_id", "post", "starts_on"]
        default_permissions = ()
        indexes = [models.Index(fields=["user", "post"], name="appointment_user_post")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_it_starts",
                violation_error_message="任职的截止日期不能早于起始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.user.name}（{self.unit.name} · {self.called}）"

    @property
    def called(self):
        return self.title or self.get_post_display()

    @property
    def duties(self):
        """Duty to reach, as the post's row in the table has it."""
        return Post(self.post).duties

    def post_reaches(self, duty, unit):
        """Does this appointment's post carry the duty as far as that unit, which lies at or below its own?"""
        reach = self.duties.get(duty)
        return reach == Reach.BELOW or (reach == Reach.ASSIGNED and unit.pk == self.unit_id)


class UnitUserPermission(UserObjectPermissionBase):
    """guardian's row: this user has this duty on this unit. Derived from appointments, never written by hand."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()
        verbose_name = verbose_name_plural = "派生权限"


class UnitGroupPermission(GroupObjectPermissionBase):
    """guardian's twin for groups: always empty, kept so that guardian never falls back to ids cast to text."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        default_permissions = ()
