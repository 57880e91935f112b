"""加减分: points beside the indicators, each with a reason and evidence, and only after a leader approved it."""

from django.db import models
from django.db.models import Q

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.files.proofs import Evidence
from districts.records import states
from districts.records.models import StepRecord
from districts.units.models import Unit
from districts.workflow import Step, Workflow
from partybuilding.assessment.models.period import Period

WHY_NOT = {"note": "请写明不批准的原因。"}


class Adjustment(Workflow, models.Model):
    """加减分: a bonus on the whole, a deduction from one item that stops at the item's zero, or a veto of eligibility."""

    class Kind(models.TextChoices):
        BONUS = "bonus", "加分"
        DEDUCTION = "deduction", "扣分"
        VETO = "veto", "一票否决"

    class State(states.State):
        PROPOSED = "proposed", "amber", "待批准"
        APPROVED = "approved", "green", "已批准"
        REFUSED = "refused", "grey", "未批准"
        WITHDRAWN = "withdrawn", "grey", "已撤回"

    period = models.ForeignKey(Period, verbose_name="周期", on_delete=models.PROTECT, related_name="adjustments")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=9, choices=Kind.choices)
    indicator = models.CharField("扣哪一项", max_length=40, blank=True)
    points = models.PositiveIntegerField("分值", default=0, help_text="百分之一分")
    reason = models.TextField("事由", max_length=2000)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.PROPOSED, editable=False)

    objects = GatedQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {}

    STEPS = {
        "propose": Step("propose", "提出", (), State.PROPOSED, Duty.ASSESS),
        "withdraw": Step("withdraw", "撤回", (State.PROPOSED,), State.WITHDRAWN, Duty.ASSESS),
        "approve": Step(
            "approve", "批准", (State.PROPOSED,), State.APPROVED, Duty.SIGN, apart_from=("propose",), tells=True
        ),
        "refuse": Step("refuse", "不批准", (State.PROPOSED,), State.REFUSED, Duty.SIGN, WHY_NOT, ("propose",)),
    }

    class Meta:
        verbose_name = verbose_name_plural = "加减分"
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="veto", points=0) | (~Q(kind="veto") & Q(points__gt=0)), name="a_veto_takes_no_points"
            ),
            models.CheckConstraint(
                condition=(Q(kind="deduction") & ~Q(indicator="")) | (~Q(kind="deduction") & Q(indicator="")),
                name="a_deduction_is_from_one_item",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.get_kind_display()}"


class AdjustmentStep(StepRecord):
    """加减分办理记录."""

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="steps")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "加减分办理记录"
        default_permissions = ()


class AdjustmentEvidence(Evidence):
    """加减分佐证: a file or photo."""

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="evidence")

    proves = "adjustment"
    part_of = "adjustment"

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "加减分佐证"
