from functools import reduce
from operator import or_

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from districts.access import units_where
from districts.duties import GRANTABLE, STAND_INS, Duty, Post, Reach
from districts.privacy.rules import refuse_identity_numbers_in
from districts.units.models import Dated, Unit
from districts.units.queries import in_force


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def filter_by_login(self, typed):
        """The account behind a user name or a staff number, as rows: a user name goes before a number."""
        rows = self.filter(Q(username=typed) | Q(staff_number=typed))
        return rows.order_by(Case(When(username=typed, then=0), default=1), "pk")

    def get_by_login(self, typed):
        """The account behind a user name or a staff number; raises DoesNotExist."""
        user = self.filter_by_login(typed).first()
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
    failed_codes = models.PositiveSmallIntegerField("动态码连续输错", default=0, editable=False)
    last_code_failed_at = models.DateTimeField("动态码最近输错", null=True, editable=False)
    must_set_up_code = models.BooleanField("下次登录须启用两步验证", default=False, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    acts_for_nobody = False  # unless it was looked up for the request: then the gate need not ask for whom
    units_found = None  # a dict for a request that only reads: then the gate looks up once what it is asked again

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
        refuse_identity_numbers_in([self.username, self.staff_number, self.name])
        self.staff_number = self.staff_number or None
        others = User.objects.exclude(pk=self.pk)
        if others.filter(staff_number=self.username).exists():
            raise ValidationError({"username": "这个用户名与别人的工号相同，请换一个。"})
        if self.staff_number and others.filter(username=self.staff_number).exists():
            raise ValidationError({"staff_number": "这个工号与别人的用户名相同，请核对。"})


class DatedQuerySet(models.QuerySet):
    def valid_on(self, on):
        return self.filter(in_force(on))


class AppointmentQuerySet(DatedQuerySet):
    def where_user_may(self, user, duty):
        """Seen are one's own, and those that the Party office prepares; `is_own` says which. No record gives more."""
        if duty != Duty.VIEW or not (user.is_authenticated and user.is_active):
            return self.none()
        prepared = Q(unit__in=units_where(user, Duty.ASSESS))
        return self.filter(Q(user=user.pk) | prepared).annotate(is_own=Q(user=user.pk))

    def valid_on(self, on):
        return super().valid_on(on).relieved_on(on)

    def relieved_on(self, on):
        """With `is_relieved`: whether on that day somebody holds, in the same unit, the post for which this one stands in."""
        held = Appointment._base_manager.filter(in_force(on), unit=OuterRef("unit"), user__is_active=True)
        stands_in = [Q(Exists(held.filter(post=own)), post=other) for other, own in STAND_INS.values()]
        return self.annotate(is_relieved=reduce(or_, stands_in))

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
    is_acting = models.BooleanField("代理", default=False)
    ended_reason = models.CharField("免去依据", max_length=200, blank=True)

    is_relieved = (
        False  # unless it was looked up for a day on which somebody holds the post for which this one stands in
    )

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
            models.CheckConstraint(condition=Q(is_acting=False) | Q(ends_on__isnull=False), name="acting_has_an_end"),
        ]

    def __str__(self):
        return f"{self.user.name}（{self.unit.name} · {self.called}）"

    @property
    def called(self):
        return f"{'代理' if self.is_acting else ''}{self.title or self.get_post_display()}"

    @property
    def duties(self):
        """Duty to reach, as the post's row in the table has it; without that in which somebody has relieved it."""
        duties = Post(self.post).duties
        if not self.is_relieved:
            return duties
        return {duty: reach for duty, reach in duties.items() if STAND_INS.get(duty, ("",))[0] != self.post}

    def post_reaches(self, duty, unit):
        """Does this appointment's post carry the duty as far as that unit, which lies at or below its own?"""
        reach = self.duties.get(duty)
        return reach == Reach.BELOW or (reach == Reach.ASSIGNED and unit.pk == self.unit_id)


class Lent(Dated):
    """What is lent for a while and ends by itself: the last day must be given."""

    ends_on = models.DateField("截止日期", help_text="含当日，最长一年；到期自动失效")

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_over(self):
        return self.ends_on < timezone.localdate()


class DelegationQuerySet(DatedQuerySet):
    def where_user_may(self, user, duty):
        """Seen are those that one lent, and those that were lent to one."""
        if duty != Duty.VIEW or not (user.is_authenticated and user.is_active):
            return self.none()
        return self.filter(Q(delegate=user.pk) | Q(appointment__user=user.pk))


class Delegation(Lent):
    """代录委托: for a while a person may enter steps for the holder of a post; each such step names both."""

    appointment = models.ForeignKey(
        Appointment, verbose_name="代谁（任职）", on_delete=models.PROTECT, related_name="delegations"
    )
    delegate = models.ForeignKey(User, verbose_name="代录人", on_delete=models.PROTECT, related_name="delegations")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "代录委托"
        ordering = ["-ends_on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_it_starts")
        ]

    def __str__(self):
        return f"{self.delegate.name}代{self.appointment}"


class Grant(Lent):
    """临时授权: one duty over a unit and what is below it, without a post, until a day that must be given."""

    user = models.ForeignKey(User, verbose_name="人员", on_delete=models.PROTECT, related_name="grants")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="grants")
    duty = models.CharField("职责", max_length=8, choices=[(d.value, d.label) for d in GRANTABLE], default=Duty.VIEW)

    class Meta:
        verbose_name = verbose_name_plural = "临时授权"
        ordering = ["-ends_on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="grant_ends_after_it_starts")
        ]

    def __str__(self):
        return f"{self.user.name}：{self.get_duty_display()} {self.unit.name}"


class AppointmentChange(models.Model):
    """岗位与权限事项: one appointment or dismissal, prepared by the Party office, done by the security administrator."""

    class Kind(models.TextChoices):
        APPOINT = "appoint", "任命"
        DISMISS = "dismiss", "免去"

    class State(models.TextChoices):
        PREPARED = "prepared", "待授权"
        DONE = "done", "已办理"
        REFUSED = "refused", "不同意"
        WITHDRAWN = "withdrawn", "已撤回"

    kind = models.CharField("任或免", max_length=8, choices=Kind.choices, default=Kind.APPOINT)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PREPARED, editable=False)
    user = models.ForeignKey(User, verbose_name="人员", on_delete=models.PROTECT, related_name="+")
    post = models.CharField("岗位", max_length=20, choices=Post.choices)
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    title = models.CharField("职务名称", max_length=40, blank=True)
    on = models.DateField("日期", help_text="任命：到任第一天；免去：最后一天")
    is_acting = models.BooleanField("代理", default=False, help_text="岗位暂缺、由人代理时勾选，并写明代理到哪天")
    until = models.DateField("任期至", null=True, blank=True, help_text="可不填；填了到期自动失效")
    replaces = models.BooleanField("同时免去现任", default=False, help_text="接任时勾选：现任到前一天为止")
    reason = models.CharField("文件或依据", max_length=200)
    prepared_by = models.ForeignKey(
        User, verbose_name="拟办人", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    prepared_at = models.DateTimeField("拟办时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        User, verbose_name="授权人", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    decided_at = models.DateTimeField("授权时间", null=True, editable=False)
    answer = models.CharField("授权意见", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "岗位与权限事项"
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "withdrawn"]) | Q(decided_by__isnull=False),
                name="a_decided_change_names_who_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(prepared_by=None) | ~Q(decided_by=F("prepared_by")),
                name="nobody_authorises_what_they_prepared",
            ),
        ]

    def __str__(self):
        acting = "代理" if self.is_acting else ""
        return f"{self.get_kind_display()} {self.user.name} {self.unit.name}·{acting}{self.get_post_display()}"


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
