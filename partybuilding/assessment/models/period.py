"""When an assessment is made: the period, how far each street has settled it, and the tree as it stood."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from districts.access import GatedQuerySet
from districts.calendar.workdays import add_working_days
from districts.duties import Duty
from districts.records import states
from districts.records.models import StepRecord
from districts.units.models import Unit
from districts.workflow import Step, Workflow
from partybuilding.assessment.models.scheme import SchemeVersion

# What a run writes by the ten thousand and could write again: checked and found by its unique key alone.
LIGHT = {"db_constraint": False, "db_index": False}


class Period(models.Model):
    """考核周期: a month with dates of its own, `code` as 2026-10."""

    code = models.CharField("周期", max_length=7, unique=True)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")

    class Meta:
        verbose_name = verbose_name_plural = "考核周期"
        default_permissions = ()
        ordering = ["-starts_on"]

    def __str__(self):
        return f"{self.code[:4]}年{int(self.code[5:])}月"


WHY = {"note": "请写明原因。"}


class Settlement(Workflow, models.Model):
    """核定: how far one street has settled a period: 算, 核对, 定; by which version of the scheme; `rolled_up_at` is 数据截至.

    What is final changes only by a correction, whose number is the next `runs`; the sheets of earlier numbers stay. Its seal
    covers its dates, steps, rules and sheets; `strays` are units with records that did not stand in the period at all.
    """

    class State(states.State):
        OPEN = "open", "amber", "测算"
        CHECKING = "checking", "amber", "核对"
        FINAL = "final", "green", "审定"

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="settlements")
    street = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    version = models.ForeignKey(SchemeVersion, verbose_name="口径", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN, editable=False)
    rolled_up_at = models.DateTimeField("数据截至", null=True, editable=False)
    check_until = models.DateField("核对至", null=True, editable=False)
    objections_until = models.DateField("可提异议至", null=True, editable=False)
    strays = models.PositiveIntegerField("不在当期组织架构内而有记录的单位数", default=0, editable=False)
    runs = models.PositiveSmallIntegerField("定与更正的次数", default=0, editable=False)
    seal = models.CharField("封签", max_length=64, default="", editable=False)

    objects = GatedQuerySet.as_manager()
    part_of = "sheet"
    unit_paths = {Duty.VIEW: ("street",)}
    assigned_paths = {}

    STEPS = {
        "publish": Step(
            "publish", "发给各单位核对", (State.OPEN,), State.CHECKING, Duty.ASSESS, tells=True, announces=True
        ),
        "recompute": Step("recompute", "核对中重算", (State.CHECKING,), None, Duty.ASSESS, WHY),
        "settle": Step("settle", "审定", (State.CHECKING,), State.FINAL, Duty.ASSESS, tells=True, announces=True),
        "correct": Step("correct", "更正", (State.FINAL,), None, Duty.ASSESS, WHY),
    }

    class Meta:
        verbose_name = verbose_name_plural = "核定"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("period", "street", name="settled_once"),
            models.CheckConstraint(condition=~Q(state="final") | Q(runs__gte=1), name="what_is_final_was_settled"),
            models.CheckConstraint(condition=~Q(state="open") | Q(runs=0), name="what_was_settled_stays_so"),
        ]

    def __str__(self):
        return f"{self.street} {self.period}"

    def acting_unit(self, step):
        return self.street

    def told_of(self, done):
        return [(sheet, sheet.unit) for sheet in self.sheets.current().select_related("unit")]

    @property
    def is_over(self):
        """Were the figures made after the last day? Before that, what is not due yet counts in the whole too."""
        return self.rolled_up_at is not None and timezone.localdate(self.rolled_up_at) > self.period.ends_on

    @property
    def complete_on(self):
        """到齐日: the day from which the figures may be shown to the units."""
        return add_working_days(self.period.ends_on, self.version.complete_days)

    @property
    def closes_on(self):
        """截止日: the last day on which a month of that year is corrected."""
        return add_working_days(date(self.period.ends_on.year, 12, 31), self.version.close_days)

    @property
    def is_final(self):
        return self.state == self.State.FINAL


class SettlementStep(StepRecord):
    """核定记录: who published, recomputed, settled and corrected, when and why."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="steps")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "核定记录"
        default_permissions = ()


class TreeRow(models.Model):
    """周期树: who stood below whom on the last day of a period, each unit below itself too; a closure, so folding is one join."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="tree", **LIGHT)
    ancestor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", **LIGHT)
    descendant = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", **LIGHT)
    depth = models.PositiveSmallIntegerField()
    pk = models.CompositePrimaryKey("period", "descendant", "ancestor")

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["period", "ancestor"], name="tree_row_down")]
