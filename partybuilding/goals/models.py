from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.keeping import kept_from_anybody
from districts.records import states
from districts.records.models import UnitRecord

MOST_A_YEAR = 5


class GoalQuerySet(GatedQuerySet):
    def with_progress(self):
        """With `shares` (matters hung on the goal, a unit each) and `accepted` of them; without what is kept from anybody."""
        orders = self.model._meta.get_field("orders").related_model  # of the floor above
        given = ~Q(orders__assignments__state__in=["planned", "open", "claimed", "lost"])
        kept = Q(orders__in=orders.objects.filter(kept_from_anybody(orders)).values("pk"))
        return self.annotate(
            shares=Count("orders__assignments", filter=given & ~kept),
            accepted=Count("orders__assignments", filter=Q(orders__assignments__state="accepted") & ~kept),
        ).order_by("-year", "pk")


class Goal(UnitRecord):
    """重点工作目标: what a centre sets out to reach in a year, at most five; matters hang on it."""

    class State(states.State):
        RUNNING = "running", "grey", "推进中"
        REACHED = "reached", "green", "已完成"
        DROPPED = "dropped", "grey", "不再实施"

    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("目标", max_length=80)
    measure = models.CharField("怎样算完成", max_length=300)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.RUNNING)

    objects = GoalQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {Duty.VIEW: ("unit",), Duty.ISSUE: ()}

    class Meta:
        verbose_name = verbose_name_plural = "重点工作目标"
        default_permissions = ()
        ordering = ["-year", "pk"]
        constraints = [models.UniqueConstraint("unit", "year", "title", name="a_goal_once_a_year")]

    def __str__(self):
        return f"{self.year} 年 {self.title}"


def check_goal(unit, year, title, but=None):
    """At most five a year, each once. `but` is the goal that is being changed."""
    if unit.kind != "center":
        raise ValidationError({"unit": "年度重点工作目标由中心（片区）设立。"})
    others = Goal.objects.filter(unit=unit, year=year).exclude(pk=but and but.pk)
    if others.filter(title=title).exists():
        raise ValidationError({"title": f"{year} 年已有同名目标。"})
    if others.exclude(state=Goal.State.DROPPED).count() >= MOST_A_YEAR:
        raise ValidationError(f"“{unit.name}”{year} 年已有 {MOST_A_YEAR} 个目标，每年最多 {MOST_A_YEAR} 个。")
