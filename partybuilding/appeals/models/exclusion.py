"""What is asked for outside: that an appeal be not counted, for good or while it waits."""

from django.db import models
from django.db.models import Q

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.files.proofs import Evidence
from districts.records import states
from districts.records.models import StepRecord
from districts.workflow import Step, Workflow
from partybuilding.appeals.models.appeal import Appeal

PAPER = {"paper": "请填审定的文号或凭据。"}
WHY_NOT = {"note": "请写明未同意的原因。"}
FOUND = {"note": "请写明情况。"}
NEXT = {"review_on": "请填复查日。"}


class Exclusion(Workflow, models.Model):
    """剔除 or 挂账: the street asks that an appeal be not counted; the answer comes from outside and is recorded with its paper.

    剔除 is for good. 挂账 waits for a policy or for works, has a day of review, and ends in 销账, when it counts again.
    """

    class Kind(models.TextChoices):
        REMOVED = "removed", "剔除"
        SUSPENDED = "suspended", "挂账"

    class Reason(models.TextChoices):
        OUTSIDE = "outside", "非本辖区"
        REPEATED = "repeated", "重复工单"
        POLICY = "policy", "政策性问题"
        LEGAL = "legal", "已入诉讼、信访程序"
        WITHDRAWN = "withdrawn", "已撤诉"
        UNREACHABLE = "unreachable", "无法联系"
        WORKS = "works", "待工程实施"
        FUNDS = "funds", "待资金落实"
        OTHER = "other", "其他"

    class State(states.State):
        ASKED = "asked", "amber", "已申请，待上级审定"
        GRANTED = "granted", "green", "已同意"
        DENIED = "denied", "grey", "未同意"
        ENDED = "ended", "grey", "已销账"
        RECALLED = "recalled", "grey", "已撤回"

    REASONS = {
        Kind.REMOVED: set(Reason) - {Reason.WORKS, Reason.FUNDS},
        Kind.SUSPENDED: {Reason.POLICY, Reason.LEGAL, Reason.WORKS, Reason.FUNDS, Reason.OTHER},
    }

    appeal = models.ForeignKey(Appeal, verbose_name="诉求", on_delete=models.PROTECT, related_name="exclusions")
    kind = models.CharField("申请", max_length=9, choices=Kind.choices, default=Kind.REMOVED)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ASKED, editable=False)
    reason = models.CharField("理由", max_length=12, choices=Reason.choices)
    note = models.TextField("说明", max_length=2000)
    review_on = models.DateField("复查日", null=True, blank=True)

    objects = GatedQuerySet.as_manager()
    part_of = "appeal"
    unit_paths = {Duty.VIEW: ("appeal__unit",)}
    assigned_paths = {Duty.VIEW: ("appeal__unit",)}
    origin_paths = ("appeal__origin",)  # whoever an appeal is about decides nothing about it
    EMPTIES, EMPTIED_WITH = {"note": ""}, ("steps", "evidence")

    STEPS = {
        "ask": Step("ask", "申请", (), State.ASKED, Duty.HANDLE, further=(Duty.ISSUE,)),
        "withdraw": Step("withdraw", "撤回", (State.ASKED,), State.RECALLED, Duty.HANDLE, further=(Duty.ISSUE,)),
        "grant": Step("grant", "登记：同意", (State.ASKED,), State.GRANTED, Duty.ASSESS, PAPER, ("ask",), tells=True),
        "deny": Step("deny", "登记：未同意", (State.ASKED,), State.DENIED, Duty.ASSESS, WHY_NOT, ("ask",), tells=True),
        "review": Step("review", "复查，继续", (State.GRANTED,), None, Duty.ASSESS, FOUND | NEXT, ("ask",)),
        "clear": Step("clear", "销账", (State.GRANTED,), State.ENDED, Duty.ASSESS, FOUND, ("ask",), tells=True),
    }

    class Meta:
        verbose_name = verbose_name_plural = "剔除"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("appeal", condition=Q(state__in=["asked", "granted"]), name="asked_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(kind="removed") | Q(review_on__isnull=False), name="what_is_suspended_is_reviewed"
            ),
        ]

    def __str__(self):
        return f"{self.appeal} {self.get_kind_display()}"

    @property
    def is_asked(self):
        """Does it still wait for an answer?"""
        return self.state == self.State.ASKED

    def acting_unit(self, step):
        return self.appeal.unit

    def told_of(self, done):
        return [(self.appeal, self.appeal.unit)]

    def step_label(self, step):
        return step.label + ("" if step.verb == "clear" else self.get_kind_display())


class ExclusionStep(StepRecord):
    """剔除、挂账办理记录: the asking, the answer with its paper, the reviews."""

    exclusion = models.ForeignKey(Exclusion, on_delete=models.PROTECT, related_name="steps")
    paper = models.CharField("文号或凭据", max_length=100, blank=True)
    review_on = models.DateField("复查日", null=True, blank=True)

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "剔除办理记录"
        default_permissions = ()


class ExclusionEvidence(Evidence):
    """剔除佐证: a file or photo."""

    exclusion = models.ForeignKey(Exclusion, on_delete=models.PROTECT, related_name="evidence")

    proves = "exclusion"
    part_of = "appeal"

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "剔除佐证"
