"""An appeal, and what was done with it inside."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.duties import Duty
from districts.records.models import StepRecord
from districts.workflow import Step, Workflow
from partybuilding.appeals.models.rules import Grade
from partybuilding.appeals.queries import AppealQuerySet

TO_UNIT = {"to_unit": "请选择单位。"}
REACHED = {"note": "请写明联系了谁（不写姓名电话）、说了什么。"}
TREATED = {"note": "请写明怎样办理的。"}
ANSWERED = {"note": "请写明给居民的答复。"}
WANTED = {"note": "请写明需要片区协调什么。"}
NOTED = {"note": "请写明情况。"}


class Appeal(Workflow, models.Model):
    """市民诉求: one work order of the city's 12345 line. `unit` has it; at the street itself it waits to be dispatched.

    What the city's system knows is imported and read-only. Caller and text are masked before they are stored.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待分派"
        ASSIGNED = "assigned", "已分派"
        SIGNED = "signed", "已签收"
        REACHED = "reached", "已联系"
        TREATED = "treated", "已办理"
        ANSWERED = "answered", "已反馈"
        CALLED = "called", "已回访"

    BY_HAND = {"sign", "reach", "treat", "answer", "call_back"}  # the steps that the city's system takes elsewhere

    class PlacedBy(models.TextChoices):
        NOBODY = "", "未分派"
        CALLBACKS = "callbacks", "回访表"
        LEDGER = "ledger", "台账"
        HAND = "hand", "人工分派"

    class Outcome(models.TextChoices):
        SOLVED = "solved", "解决"
        PARTLY = "partly", "部分解决"
        UNSOLVED = "unsolved", "未解决"

    class Satisfaction(models.TextChoices):
        SATISFIED = "satisfied", "满意"
        BASICALLY = "basically", "基本满意"
        DISSATISFIED = "dissatisfied", "不满意"
        UNRATED = "unrated", "未评价"

    street = models.ForeignKey("districts.Unit", verbose_name="街道", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        "districts.Unit", verbose_name="承办单位", on_delete=models.PROTECT, related_name="appeals"
    )
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    placed_by = models.CharField("分派依据", max_length=9, choices=PlacedBy.choices, blank=True)
    number = models.CharField("工单编号", max_length=40)
    kind = models.CharField("工单类型", max_length=20, blank=True)
    topic = models.CharField("一级分类", max_length=40, blank=True)
    subtopic = models.CharField("二级分类", max_length=40, blank=True)
    item = models.CharField("三级分类", max_length=40, blank=True)
    labels = models.CharField("标签", max_length=120, blank=True)
    title = models.CharField("标题", max_length=200, blank=True)
    content = models.TextField("主要内容", blank=True)
    city_state = models.CharField("市里状态", max_length=20, blank=True)
    caller = models.CharField("来电人", max_length=10, blank=True)
    caller_number = models.CharField("来电人电话", max_length=10, blank=True)
    result = models.CharField("办理结果", max_length=200, blank=True)
    reply = models.TextField("回复内容", blank=True)
    channel = models.CharField("受理方式", max_length=20, blank=True)
    company = models.CharField("企业名称", max_length=80, blank=True)
    nature = models.CharField("工单性质", max_length=20, blank=True)
    place = models.CharField("村/社区", max_length=60, blank=True)
    spot = models.CharField("小区点位", max_length=80, blank=True)
    estate = models.ForeignKey(
        "districts.Estate",
        verbose_name="小区",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="appeals",
    )
    called_at = models.DateTimeField("创建时间")
    called_on = models.DateField("创建日期", editable=False)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    grade = models.CharField("等级", max_length=8, choices=Grade.choices, default=Grade.NORMAL)
    due_at = models.DateTimeField("办理时限", null=True)
    is_valid = models.BooleanField("有效回访", default=False)
    is_contacted = models.BooleanField("已联系", null=True)
    outcome = models.CharField("是否解决", max_length=8, choices=Outcome.choices, blank=True)
    satisfaction = models.CharField("是否满意", max_length=12, choices=Satisfaction.choices, blank=True)
    has_ledger = models.BooleanField("已有台账", default=False)
    has_callback = models.BooleanField("已有回访表", default=False)
    is_recused = models.BooleanField("回避", default=False)
    is_excluded = models.BooleanField("剔除、挂账", default=False, editable=False)
    is_by_hand = models.BooleanField("手工登记", default=False, editable=False)
    is_sealed = models.BooleanField("只留编号", default=False, editable=False)
    origin = models.OneToOneField(
        "districts.Origin", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="appeal"
    )
    came_from = None  # the first of a chain
    imported_at = models.DateTimeField("首次导入", default=timezone.now)
    updated_at = models.DateTimeField("最近更新", default=timezone.now)

    objects = AppealQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {Duty.VIEW: ("unit",)}
    origin_paths = ("origin",)
    SEALED_FIELDS = (
        "title",
        "content",
        "labels",
        "caller",
        "caller_number",
        "company",
        "place",
        "spot",
        "result",
        "reply",
    )
    EMPTIES = {"is_sealed": True, "estate": None, **dict.fromkeys(SEALED_FIELDS, "")}
    EMPTIED_WITH = ("steps", "exclusions")

    HANDLING = ("sign", "reach", "treat", "answer")
    UNDER_WAY = (State.ASSIGNED, State.SIGNED, State.REACHED, State.TREATED)
    STEPS = {
        "assign": Step(
            "assign",
            "分派",
            (State.WAITING, State.ASSIGNED),
            State.ASSIGNED,
            Duty.ISSUE,
            TO_UNIT,
            further=(Duty.INTAKE,),
            tells=True,
        ),
        "sign": Step("sign", "签收", (State.ASSIGNED,), State.SIGNED, Duty.HANDLE),
        "reach": Step("reach", "联系", (State.SIGNED,), State.REACHED, Duty.HANDLE, REACHED),
        "treat": Step("treat", "办理", (State.REACHED,), State.TREATED, Duty.HANDLE, TREATED),
        "answer": Step("answer", "反馈", (State.TREATED,), State.ANSWERED, Duty.HANDLE, ANSWERED),
        "call_back": Step(
            "call_back", "回访", (State.ANSWERED,), State.CALLED, Duty.ASSESS, apart_from=HANDLING, tells=True
        ),
        "ask_center": Step("ask_center", "请片区协调", UNDER_WAY, None, Duty.HANDLE, WANTED),
        "write_note": Step("write_note", "记一笔", tuple(State), None, Duty.LOG, NOTED, tells=True),
        "find_estate": Step(
            "find_estate",
            "改小区",
            tuple(State),
            None,
            Duty.HANDLE,
            {"estate": "请选择小区，或选“不在哪个小区”。"},
            further=(Duty.ISSUE, Duty.INTAKE),
            is_aside=True,
        ),
    }

    class Meta:
        verbose_name = verbose_name_plural = "市民诉求"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("street", "number", name="a_number_once_in_a_street"),
            models.CheckConstraint(
                condition=Q(is_recused=False) | Q(unit=F("street")), name="a_recused_appeal_stays_with_the_street"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(unit=F("street")),
                name="waiting_is_being_at_the_street",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-called_at", "-id"], name="appeal_unit_newest"),
            models.Index(fields=["-called_at", "-id"], name="appeal_newest"),
            models.Index(fields=["street", "called_on"], name="appeal_street_day"),
            models.Index(fields=["called_on"], name="appeal_day"),
            # What the rates are counted from, so that a unit's late facts are counted without reading the text.
            models.Index(
                fields=["unit", "called_on"],
                name="appeal_counted",
                include=["is_recused", "is_excluded", "is_valid", "is_contacted", "outcome", "satisfaction"],
            ),
            models.Index(fields=["unit"], condition=Q(closed_at=None), name="appeal_going_on"),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    def told_of(self, done):
        """The unit that gets it; of a note, the one that has it when somebody from outside wrote it."""
        if done.verb == "write_note" and done.appointment.unit_id == self.unit_id:
            return []
        return [(self, done.to_unit or self.unit)]

    @property
    def is_overdue(self):
        return self.closed_at is None and self.due_at is not None and self.due_at < timezone.now()

    @property
    def category(self):
        return " › ".join(filter(None, [self.topic, self.subtopic, self.item]))


class AppealStep(StepRecord):
    """诉求办理记录: what the street did inside: dispatch, a call for the centre's help, a note."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="steps")
    to_unit = models.ForeignKey(
        "districts.Unit", verbose_name="分派给", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "诉求办理记录"
        default_permissions = ()
