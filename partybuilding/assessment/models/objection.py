"""异议: what a unit holds against a figure of its sheet, and the decision."""

from django.db import models
from django.db.models import Q

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.files.proofs import Evidence
from districts.records import states
from districts.records.models import StepRecord
from districts.workflow import Step, Workflow
from partybuilding.assessment.models.sheet import ScoreSheet

# By whoever handles in the very unit; in a centre by whoever issues there.
OF_THE_UNIT = {"further": (Duty.ISSUE,), "at_own_unit": True}
OPINION = {"note": "请写明复核意见和依据。"}


class Objection(Workflow, models.Model):
    """异议: raised against one item of a sheet, with evidence; decided by the assessing office.

    Upheld, the record is mended where it is kept and the month recomputed, or corrected once it is final.
    """

    class State(states.State):
        RAISED = "raised", "amber", "待复核"
        UPHELD = "upheld", "green", "成立"
        DISMISSED = "dismissed", "grey", "不成立"
        WITHDRAWN = "withdrawn", "grey", "已撤回"

    sheet = models.ForeignKey(ScoreSheet, verbose_name="得分单", on_delete=models.PROTECT, related_name="objections")
    indicator = models.CharField("指标", max_length=40)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.RAISED, editable=False)
    text = models.TextField("异议内容", max_length=2000)

    objects = GatedQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("sheet__unit",)}
    assigned_paths = {}

    STEPS = {
        "raise": Step("raise", "提出异议", (), State.RAISED, Duty.HANDLE, **OF_THE_UNIT),
        "withdraw": Step("withdraw", "撤回", (State.RAISED,), State.WITHDRAWN, Duty.HANDLE, **OF_THE_UNIT),
        "uphold": Step("uphold", "成立", (State.RAISED,), State.UPHELD, Duty.ASSESS, OPINION, ("raise",), tells=True),
        "dismiss": Step(
            "dismiss", "不成立", (State.RAISED,), State.DISMISSED, Duty.ASSESS, OPINION, ("raise",), tells=True
        ),
    }

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                "sheet", "indicator", condition=Q(state="raised"), name="one_open_objection_an_item"
            ),
        ]

    def __str__(self):
        return f"{self.sheet} 异议"

    def acting_unit(self, step):
        return self.sheet.unit

    def told_of(self, done):
        return [(self, self.sheet.unit)]


class ObjectionStep(StepRecord):
    """异议办理记录: the raising and the decision."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="steps")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "异议办理记录"
        default_permissions = ()


class ObjectionEvidence(Evidence):
    """异议佐证: a file or photo."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="evidence")

    proves = "objection"
    part_of = "objection"

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "异议佐证"
