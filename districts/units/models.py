from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from mptt.models import MPTTModel, TreeForeignKey

from districts.duties import Duty
from districts.units.queries import PlacementQuerySet, UnitManager

DEEPEST_LEVEL = 3  # committee, centre, community, branch


class Unit(MPTTModel):
    """组织单元: one place of the 1+10+24+N tree, or a department beside it.

    The tree columns hold how things are *today*; `Placement` and `UnitName` hold how they were.
    Only the functions of `districts.units.tree` write here.
    """

    class Kind(models.TextChoices):
        COMMITTEE = "committee", "街道党建工作协调委员会"
        CENTER = "center", "中心（片区）"
        COMMUNITY = "community", "社区"
        VILLAGE = "village", "村"
        BRANCH = "branch", "党支部"
        DEPARTMENT = "department", "科室"

        @property
        def parents(self):
            """The kinds that may stand directly above this one; empty for the top of a street."""
            return ALLOWED_PARENTS[self]

    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    code = models.CharField("代码", max_length=20, null=True, blank=True, unique=True, help_text="12 位区划代码，可空")
    name = models.CharField("名称", max_length=60)
    parent = TreeForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name_confirmed = models.BooleanField("名称已确认", default=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    is_fictional = models.BooleanField("虚构演示单位", default=False)
    retired_on = models.DateField("撤销日期", null=True, blank=True)
    retired_reason = models.CharField("撤销原因", max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name="并入", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )

    objects = UnitManager()
    part_of = ""

    class Meta:
        verbose_name = verbose_name_plural = "组织单元"
        indexes = ()  # without this line mptt's (tree_id, lft) index is never migrated
        permissions = [(duty.value, duty.label) for duty in Duty]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                "tree_id", "name", condition=Q(retired_on=None) & ~Q(kind="branch"), name="unit_name_once_in_a_street"
            ),
            models.CheckConstraint(
                condition=Q(kind="committee", parent=None) | (~Q(kind="committee") & Q(parent__isnull=False)),
                name="only_a_committee_stands_on_top",
                violation_error_message="只有街道党建工作协调委员会没有上级。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_retired(self):
        return self.retired_on is not None

    def clean(self):
        if self.kind in Unit.Kind.values:
            check_parent(self.kind, self.parent)


ALLOWED_PARENTS = {
    Unit.Kind.COMMITTEE: (),
    Unit.Kind.CENTER: (Unit.Kind.COMMITTEE,),
    Unit.Kind.COMMUNITY: (Unit.Kind.CENTER,),
    Unit.Kind.VILLAGE: (Unit.Kind.CENTER,),
    Unit.Kind.DEPARTMENT: (Unit.Kind.COMMITTEE,),
    Unit.Kind.BRANCH: (Unit.Kind.COMMITTEE, Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE, Unit.Kind.DEPARTMENT),
}


def check_parent(kind, parent):
    """Refuse a parent of the wrong kind, or one that is retired."""
    kind = Unit.Kind(kind)
    if parent is None and not kind.parents:
        return
    if parent is None or parent.kind not in kind.parents:
        wanted = "、".join(p.label for p in kind.parents) or "没有上级"
        found = f"“{parent.name}”是{parent.get_kind_display()}" if parent else "没有填上级"
        raise ValidationError(f"{kind.label}的上级只能是：{wanted}；现在{found}。")
    if parent.is_retired:
        raise ValidationError(f"“{parent.name}”已于 {parent.retired_on} 撤销，不能再作为上级。")


class Dated(models.Model):
    """What was true from one day to another, both days included, and when that was entered."""

    starts_on = models.DateField("起始日期")
    ends_on = models.DateField("截止日期", null=True, blank=True, help_text="含当日；空为至今")
    reason = models.CharField("依据或原因", max_length=200)
    entered_at = models.DateTimeField("录入时间", auto_now_add=True)
    entered_by = models.ForeignKey(
        "districts.User", verbose_name="录入人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class Placement(Dated):
    """归属: under which parent a unit stood, from when to when. A street's root has a placement without a parent."""

    unit = models.ForeignKey(Unit, verbose_name="单元", on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(
        Unit, verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="placements_below"
    )
    is_confirmed = models.BooleanField("归属已确认", default=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "归属"
        ordering = ["unit_id", "starts_on"]
        constraints = [
            models.UniqueConstraint("unit", condition=Q(ends_on=None), name="one_present_placement"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="placement_ends_after_it_starts",
                violation_error_message="归属的截止日期不能早于起始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.unit} 归 {self.parent or '（顶层）'}"


class UnitName(Dated):
    """名称沿革: a name that a unit bore; the present one too. A former name may lack its first day."""

    unit = models.ForeignKey(Unit, verbose_name="单元", on_delete=models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=60, db_index=True)
    starts_on = models.DateField("起始日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "名称沿革"
        ordering = ["unit_id", "starts_on"]
        constraints = [models.UniqueConstraint("unit", condition=Q(ends_on=None), name="one_present_name")]

    def __str__(self):
        return self.name


class ServiceLink(Dated):
    """服务联系: a centre that also serves a community of another centre. It shows who helps; assessment never asks it."""

    center = models.ForeignKey(Unit, verbose_name="中心", on_delete=models.PROTECT, related_name="serves")
    unit = models.ForeignKey(Unit, verbose_name="服务对象", on_delete=models.PROTECT, related_name="served_by")

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务联系"
        ordering = ["center_id", "unit_id", "starts_on"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("center", "unit", condition=Q(ends_on=None), name="one_present_service_link"),
            models.CheckConstraint(condition=~Q(center=F("unit")), name="nobody_serves_itself"),
        ]

    def __str__(self):
        return f"{self.center} 联系 {self.unit}"
