from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.access import lies_in
from districts.duties import Duty
from districts.files.proofs import Evidence
from districts.records.models import StepRecord, UnitRecord
from districts.records.origin import EMPTIED
from districts.units.models import Unit
from districts.workflow import Step, Workflow
from partybuilding.matters.orders.queries import AssignmentQuerySet, OrderQuerySet


def street_of(committee):
    """The street that a coordination committee is named after."""
    return committee.name.removesuffix("党建工作协调委员会")


def issuing_name(unit):
    """In whose name a unit issues, as people know it: a 玉字令 is the Party working committee's alone."""
    return f"{street_of(unit)}党工委、办事处" if unit.kind == Unit.Kind.COMMITTEE else unit.name


CHANGED = {"note": "请写明修改了什么。"}
RESULT = {"note": "请写明办理结果，一句话即可。"}
OFFER = {"note": "请写明打算怎么办、有什么条件，一两句即可。"}
LATER = {"note": "请写明延期理由和目前进展。", "until": "请填延到哪一天。"}
NOT_LATER = {"note": "请写明不同意的原因。"}
LACKING = {"note": "请写明退回原因、还缺什么。"}


class Order(Workflow, UnitRecord):
    """玉字令、交办事项: a matter that a unit asks of others; `unit` issues it, one of the assigned leads."""

    class Kind(models.TextChoices):
        DECREE = "decree", "玉字令"
        TASK = "task", "交办事项"

        @property
        def number_word(self):
            """The word before the year in a number."""
            return {"decree": "玉字令", "task": "交办"}[self.value]

    class State(models.TextChoices):
        DRAFT = "draft", "拟稿"
        OPEN = "open", "待揭榜"
        ISSUED = "issued", "已交办"

    kind = models.CharField("类别", max_length=8, choices=Kind.choices, default=Kind.TASK)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    title = models.CharField("标题", max_length=80)
    content = models.TextField("要求", max_length=4000)
    due_on = models.DateField("办结期限")
    is_open_call = models.BooleanField("公开揭榜", default=False, help_text="先发榜征集，由揭榜单位中选定一家牵头")
    lead_unit = models.ForeignKey(
        "districts.Unit", verbose_name="牵头单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    goal = models.ForeignKey(
        "partybuilding.Goal",
        verbose_name="服务于年度目标",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    came_from = models.ForeignKey(
        "districts.Origin",
        verbose_name="来自",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    street = models.ForeignKey("districts.Unit", on_delete=models.PROTECT, related_name="+", editable=False)
    year = models.PositiveSmallIntegerField("年份", null=True, editable=False)
    serial = models.PositiveIntegerField("序号", null=True, editable=False)
    issued_on = models.DateField("交办日期", null=True, editable=False)

    ACCEPTED = ("accepted", "lost")  # states of shares of which nothing more is to come

    objects = OrderQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("unit", "assignments__unit"), Duty.ISSUE: ("unit",), Duty.SIGN: ("unit",)}
    assigned_paths = {Duty.VIEW: ("assignments__unit",), Duty.ISSUE: (), Duty.SIGN: ()}
    origin_paths = ("came_from",)
    EMPTIES = {"title": EMPTIED, "content": EMPTIED, "version": F("version") + 1}
    EMPTIED_WITH = ("steps", "assignments", "logs", "files")

    STEPS = {
        "issue": Step("issue", "交办", (State.DRAFT,), State.ISSUED, Duty.ISSUE, tells=True),
        "sign": Step("sign", "签发", (State.DRAFT,), State.ISSUED, Duty.SIGN, tells=True),
        "amend": Step("amend", "修改", (State.ISSUED,), State.ISSUED, Duty.ISSUE, CHANGED, tells=True),
        "post": Step("post", "发榜", (State.DRAFT,), State.OPEN, Duty.ISSUE, tells=True, announces=True),
        "sign_post": Step("sign_post", "签发发榜", (State.DRAFT,), State.OPEN, Duty.SIGN, tells=True, announces=True),
        "award": Step("award", "定榜", (State.OPEN,), State.ISSUED, Duty.ISSUE, apart_from=("claim",), tells=True),
        "sign_award": Step(
            "sign_award", "签发定榜", (State.OPEN,), State.ISSUED, Duty.SIGN, apart_from=("claim",), tells=True
        ),
        "resign": Step("resign", "改签", (State.ISSUED,), State.ISSUED, Duty.SIGN, CHANGED, tells=True),
    }

    class Meta:
        verbose_name = verbose_name_plural = "玉字令、交办事项"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("street", "kind", "year", "serial", name="order_number_once"),
            models.CheckConstraint(
                condition=Q(lead_unit__isnull=False) | Q(is_open_call=True, state__in=["draft", "open"]),
                name="only_an_open_call_lacks_its_lead",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(serial__isnull=False, year__isnull=False, issued_on__isnull=False),
                name="an_issued_order_has_a_number",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-issued_on"], name="order_unit_issued")]

    @property
    def issuer(self):
        """Who issued it, as people know them: the coordination committee meets and decides, it issues nothing."""
        if self.unit.kind == Unit.Kind.COMMITTEE and self.kind == self.Kind.DECREE:
            return f"{street_of(self.unit)}党工委"
        return issuing_name(self.unit)

    @property
    def amending(self):
        """The step by which the words of an issued one are changed."""
        return "resign" if self.kind == Order.Kind.DECREE else "amend"

    @property
    def is_accepted(self):
        """Is everything that was given out accepted?"""
        return self.state == self.State.ISSUED and not self.assignments.exclude(state__in=self.ACCEPTED).exists()

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def is_emptied(self):
        """只留编号: its words are kept no more, and none are written again."""
        return self.title == EMPTIED

    @property
    def number(self):
        if self.serial is None:
            return "（未编号）"
        return f"{self.Kind(self.kind).number_word}〔{self.year}〕{self.serial}号"

    def acting_unit(self, step):
        """The unit over which whoever takes a step acts."""
        return self.unit

    def told_of(self, done):
        return [(self, share.unit) for share in self.assignments.select_related("unit")]

    def deeds(self, step):
        """Of an award: who claimed for the unit to which it goes."""
        claims = AssignmentStep.objects.filter(assignment__order=self, assignment__unit=self.lead_unit_id)
        return list(claims.filter(verb__in=step.apart_from).select_related("by", "for_whom"))


class OrderAssignment(Workflow, models.Model):
    """承办: one unit's share of an order, with its own state and due date."""

    class State(models.TextChoices):
        PLANNED = "planned", "未交办"
        OPEN = "open", "待揭榜"
        CLAIMED = "claimed", "已揭榜待定"
        LOST = "lost", "未中榜"
        ISSUED = "issued", "待签收"
        RECEIVED = "received", "办理中"
        PAUSED = "paused", "延期待批"
        REPORTED = "reported", "已报结待审核"
        RETURNED = "returned", "已退回"
        ACCEPTED = "accepted", "已办结"

    order = models.ForeignKey(Order, verbose_name="事项", on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(
        "districts.Unit", verbose_name="承办单位", on_delete=models.PROTECT, related_name="order_assignments"
    )
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PLANNED, editable=False)
    due_on = models.DateField("办结期限")
    amber_on = models.DateField("转黄日期", null=True, editable=False)
    paused_on = models.DateField("申请延期日期", null=True, editable=False)
    urged_on = models.DateField("最近催办", null=True, editable=False)
    inherited_from = models.ForeignKey(
        "districts.Unit",
        verbose_name="原承办单位",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = AssignmentQuerySet.as_manager()
    unit_paths = {
        Duty.VIEW: ("unit", "order__unit", "order__lead_unit"),
        Duty.HANDLE: ("unit",),
        Duty.ACCEPT: ("unit",),
        Duty.ISSUE: ("order__unit", "unit__parent"),  # one of the two at a time: see `answering_unit`
    }
    assigned_paths = {Duty.VIEW: ("unit", "order__lead_unit"), Duty.HANDLE: ("unit",), Duty.ISSUE: ()}
    origin_paths = ("order__came_from",)
    EMPTIES, EMPTIED_WITH = {}, ("steps",)
    NOT_ISSUED = (State.PLANNED, State.OPEN, State.CLAIMED, State.LOST)
    AT_WORK = (State.RECEIVED, State.RETURNED)
    RUNNING = (State.ISSUED, *AT_WORK)  # the clock runs
    OWED = (*RUNNING, State.PAUSED)
    WAITING = (*OWED, State.REPORTED, State.OPEN)  # somebody has to do something

    STEPS = {
        "receive": Step("receive", "签收", (State.ISSUED,), State.RECEIVED, Duty.HANDLE, one_tap=True),
        "claim": Step("claim", "揭榜", (State.OPEN,), State.CLAIMED, Duty.HANDLE, OFFER),
        "unclaim": Step("unclaim", "撤回揭榜", (State.CLAIMED,), State.OPEN, Duty.HANDLE, is_aside=True),
        "report": Step("report", "报结", (*AT_WORK, State.PAUSED), State.REPORTED, Duty.HANDLE, RESULT),
        "unreport": Step("unreport", "撤回报结", (State.REPORTED,), State.RECEIVED, Duty.HANDLE, is_aside=True),
        "extend": Step("extend", "申请延期", AT_WORK, State.PAUSED, Duty.HANDLE, LATER, is_aside=True),
        "unextend": Step("unextend", "撤回延期申请", (State.PAUSED,), State.RECEIVED, Duty.HANDLE, is_aside=True),
        "grant": Step(
            "grant",
            "同意延期",
            (State.PAUSED,),
            State.RECEIVED,
            Duty.ISSUE,
            apart_from=("extend",),
            one_tap=True,
            tells=True,
        ),
        "deny": Step(
            "deny",
            "不同意延期",
            (State.PAUSED,),
            State.RECEIVED,
            Duty.ISSUE,
            NOT_LATER,
            apart_from=("extend",),
            is_aside=True,
            tells=True,
        ),
        "urge": Step("urge", "催办", RUNNING, None, Duty.ISSUE, is_light=True, one_tap=True, tells=True),
        "call": Step("call", "已电话催办", RUNNING, None, Duty.ISSUE, is_light=True, tells=True),
        "accept": Step(
            "accept",
            "审核办结",
            (State.REPORTED,),
            State.ACCEPTED,
            Duty.ACCEPT,
            apart_from=("report",),
            one_tap=True,
            tells=True,
        ),
        "return": Step(
            "return",
            "退回",
            (State.REPORTED,),
            State.RETURNED,
            Duty.ACCEPT,
            LACKING,
            apart_from=("report",),
            is_aside=True,
            tells=True,
        ),
    }

    class Meta:
        verbose_name = verbose_name_plural = "承办"
        default_permissions = ()
        constraints = [models.UniqueConstraint("order", "unit", name="a_unit_is_assigned_once")]
        indexes = [
            models.Index(fields=["unit", "due_on"], name="assignment_unit_due"),
            models.Index(fields=["due_on"], name="assignment_due"),
            models.Index(fields=["state"], name="assignment_state"),
        ]

    def __str__(self):
        return f"{self.order} → {self.unit}"

    @property
    def is_lead(self):
        return self.unit_id == self.order.lead_unit_id

    @property
    def role(self):
        if self.state in {self.State.OPEN, self.State.CLAIMED, self.State.LOST}:
            return "揭榜"
        return "牵头" if self.is_lead else "协办"

    @property
    def is_owed(self):
        """The unit still has to do something."""
        return self.state in self.OWED

    @property
    def is_overdue(self):
        return self.state in self.RUNNING and self.due_on < timezone.localdate()

    @property
    def light(self):
        """green, amber or red while the clock runs; grey when it does not. Computed, never stored."""
        if self.state not in self.RUNNING:
            return "grey"
        if self.is_overdue:
            return "red"
        return "amber" if self.amber_on and timezone.localdate() >= self.amber_on else "green"

    @property
    def days_late(self):
        return (timezone.localdate() - self.due_on).days

    @property
    def state_label(self):
        """The state in the words of the order's kind."""
        is_decree = self.order.kind == Order.Kind.DECREE and self.state == self.State.ISSUED
        return "待领令" if is_decree else self.get_state_display()

    @property
    def answering_unit(self):
        """Who urges, and answers an extension: whoever issued; once the unit has left them, the one right above it now."""
        return self.order.unit if lies_in(self.unit, self.order.unit) else self.unit.parent

    def told_of(self, done):
        return [(self.order, self.unit)]

    def acting_unit(self, step):
        return self.answering_unit if step.duty == Duty.ISSUE else self.unit

    def step_label(self, step):
        is_decree = self.order.kind == Order.Kind.DECREE and step.verb == "receive"
        return "领令" if is_decree else step.label


class OrderStep(StepRecord):
    """事项办理记录: a step of the order as a whole."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="steps")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "事项办理记录"
        default_permissions = ()


class OrderFile(Evidence):
    """事项附件: a file or photo that says what is asked."""

    order = models.ForeignKey(Order, verbose_name="事项", on_delete=models.PROTECT, related_name="files")

    proves = "order"
    part_of = "order"

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "事项附件"


class AssignmentStep(StepRecord):
    """承办办理记录: a step of one unit's share. An acceptance names the report that it accepts."""

    assignment = models.ForeignKey(OrderAssignment, on_delete=models.PROTECT, related_name="steps")
    report = models.ForeignKey(
        "self", verbose_name="所审报结", null=True, on_delete=models.PROTECT, related_name="answers"
    )
    until = models.DateField("延至", null=True)  # asked for, or as answered
    logs = models.ManyToManyField("partybuilding.WorkLog", verbose_name="佐证日志", related_name="evidence_for")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "承办办理记录"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("assignment", condition=Q(verb="accept"), name="accepted_once"),
            models.CheckConstraint(
                condition=~Q(verb="accept") | Q(report__isnull=False), name="an_acceptance_names_its_report"
            ),
        ]


def due_records(starts_on, ends_on):
    """Issued assignments due in a span of days, each with `acceptance`, its only accepting step, where there is one.

    One that waits for the answer to an extension has no due date yet, and counts in the month of its new one.
    What is kept from somebody counts in no unit.
    """
    rows = OrderAssignment.objects.issued().kept_from_nobody().exclude(state=OrderAssignment.State.PAUSED)
    rows = rows.filter(due_on__gte=starts_on, due_on__lte=ends_on)
    return rows.with_acceptance()


ON_TIME = Q(acceptance__report__taken_on__lte=F("due_on"))
