from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.units.models import Dated
from districts.units.queries import in_force

OFFICE_PHONE = RegexValidator(
    r"^(?:(?:0\d{2,3}-?)?[2-8]\d{6,7}(?:-\d{1,5})?|[14]00-?\d{3}-?\d{4}|1\d{4}|9\d{4,5}|1\d{2})$",
    "只填单位的值班电话：座机（如 010-81234567）或热线（如 96069、400-123-4567），不填个人手机。",
)


class Organisation(models.Model):
    """外部单位: a body outside the street: who manages an estate, a public company, a district department, a partner."""

    class Kind(models.TextChoices):
        PROPERTY = "property", "物业企业"
        UTILITY = "utility", "供热、供水、供电、燃气等企业"
        OWNERS = "owners", "业委会、物管会"
        DEPARTMENT = "department", "区级部门及派出机构"
        OTHER = "other", "其他单位"

    class Level(models.TextChoices):
        LOCAL = "local", "社区、街道"
        DISTRICT = "district", "区"
        CITY = "city", "市及以上"

    street = models.ForeignKey("districts.Unit", verbose_name="街道", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    level = models.CharField("层级", max_length=8, choices=Level.choices, default=Level.LOCAL)
    phone = models.CharField(
        "值班电话",
        max_length=20,
        blank=True,
        validators=[OFFICE_PHONE],
        help_text="只填单位的座机或热线，不填个人手机和姓名；社区、街道在诉求页上一点就拨",
    )
    merged_into = models.ForeignKey(
        "self", verbose_name="并入", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = GatedQuerySet.as_manager()
    # Whoever sees a place knows who serves it.
    unit_paths = {Duty.VIEW: ("street", "servings__estate__unit")}
    assigned_paths = {}

    class Meta:
        verbose_name = verbose_name_plural = "外部单位"
        default_permissions = ()
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "street", "name", name="an_organisation_once_in_a_street", violation_error_message="已有同名的单位。"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="an_organisation_is_not_merged_into_itself",
                violation_error_message="不能并入自己。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def heir(self):
        """Who answers for it now: itself, or the one into which it was merged, however often."""
        found, seen = self, {self.pk}
        while found.merged_into_id and found.merged_into_id not in seen:
            found = found.merged_into
            seen.add(found.pk)
        return found


class ServingQuerySet(GatedQuerySet):
    def valid_on(self, on):
        return self.filter(in_force(on))

    def overlapping(self, starts_on, ends_on):
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
        return rows.filter(starts_on__lte=ends_on) if ends_on else rows


class Serving(Dated):
    """服务关系: which organisation served an estate as what, from when to when."""

    class Role(models.TextChoices):
        PROPERTY = "property", "物业"
        HEATING = "heating", "供热"
        OWNERS = "owners", "业委会"
        MANAGEMENT = "management", "物管会"
        WATER = "water", "供水"
        POWER = "power", "供电"
        GAS = "gas", "燃气"
        LIFTS = "lifts", "电梯维保"
        WASTE = "waste", "垃圾清运"
        OTHER = "other", "其他"

    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", on_delete=models.PROTECT, related_name="servings"
    )
    estate = models.ForeignKey(
        "districts.Estate", verbose_name="小区", on_delete=models.PROTECT, related_name="servings"
    )
    role = models.CharField("作为", max_length=10, choices=Role.choices)

    objects = ServingQuerySet.as_manager()
    part_of = "organisation"
    unit_paths = {Duty.VIEW: ("estate__unit",)}
    assigned_paths = {}

    class Meta:
        verbose_name = verbose_name_plural = "服务关系"
        default_permissions = ()
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="serving_ends_after_it_starts"
            )
        ]

    def __str__(self):
        return f"{self.organisation}：{self.estate}{self.get_role_display()}"

    @property
    def is_over(self):
        return self.ends_on is not None and self.ends_on < timezone.localdate()
