from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.access import GatedQuerySet
from districts.posts.duties import Duty
from districts.records.attachments import Attachment
from districts.records.models import StepRecord
from districts.units.models import Dated
from districts.workflow import Step
from partybuilding.appeals.queries import AppealQuerySet

PERCENT = 100


class AppealRule(Dated):
    """三率口径: how the composite weighs the three rates, and what 基本满意 is worth; without a street, for all."""

    street = models.ForeignKey(
        "districts.Unit", verbose_name="街道", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    response_weight = models.PositiveSmallIntegerField("响应率权重（%）")
    resolution_weight = models.PositiveSmallIntegerField("解决率权重（%）")
    satisfaction_weight = models.PositiveSmallIntegerField("满意率权重（%）")
    basically_worth = models.PositiveSmallIntegerField("基本满意折算（%）", help_text="90 即按 0.9 计")
    is_example = models.BooleanField("示例口径", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "三率口径"
        default_permissions = ()
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint("street", "starts_on", name="one_rule_a_day"),
            models.UniqueConstraint("starts_on", condition=Q(street=None), name="one_rule_for_all_a_day"),
            models.CheckConstraint(
                condition=Q(response_weight=PERCENT - F("resolution_weight") - F("satisfaction_weight")),
                name="weights_total_100",
                violation_error_message="三项权重合计须为 100%。",
            ),
            models.CheckConstraint(condition=Q(basically_worth__lte=PERCENT), name="basically_is_at_most_whole"),
        ]

    def __str__(self):
        weights = f"响应 {self.response_weight}%、解决 {self.resolution_weight}%、满意 {self.satisfaction_weight}%"
        return f"{weights}，基本满意按 {self.basically_worth / PERCENT:g} 计"


class Grade(models.TextChoices):
    URGENT = "urgent", "紧急"
    RUSHED = "rushed", "加急"
    NORMAL = "normal", "一般"
    HARD = "hard", "疑难"


class AppealLimit(Dated):
    """办理时限: how many hours an appeal of a grade has, from a day on; without a street, for all."""

    street = models.ForeignKey(
        "districts.Unit", verbose_name="街道", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    grade = models.CharField("等级", max_length=8, choices=Grade.choices)
    hours = models.PositiveSmallIntegerField("小时")

    class Meta:
        verbose_name = verbose_name_plural = "办理时限"
        default_permissions = ()
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint("street", "grade", "starts_on", name="one_limit_a_day"),
            models.UniqueConstraint("grade", "starts_on", condition=Q(street=None), name="one_limit_for_all_a_day"),
        ]

    def __str__(self):
        return f"{self.get_grade_display()} {self.hours} 小时"


class Appeal(models.Model):
    """居民诉求: one work order of the city's 12345 line. `unit` has it; at the street itself it waits to be dispatched.

    What the city's system knows is imported and read-only. Caller and text are masked before they are stored.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待分派"
        ASSIGNED = "assigned", "已分派"

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
    is_excluded = models.BooleanField("已剔除", default=False, editable=False)
    imported_at = models.DateTimeField("首次导入", default=timezone.now)
    updated_at = models.DateTimeField("最近更新", default=timezone.now)

    objects = AppealQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {Duty.VIEW: ("unit",)}

    STEPS = {
        "assign": Step(
            "assign", "分派", (State.WAITING, State.ASSIGNED), State.ASSIGNED, Duty.ISSUE, needs=("to_unit",)
        ),
        "ask_center": Step("ask_center", "请片区协调", (State.ASSIGNED,), None, Duty.HANDLE, needs=("note",)),
        "write_note": Step("write_note", "记一笔", (State.WAITING, State.ASSIGNED), None, Duty.LOG, needs=("note",)),
    }
    NEEDED = {"note": "情况", "to_unit": "分派给哪个单位"}

    class Meta:
        verbose_name = verbose_name_plural = "居民诉求"
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
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def is_overdue(self):
        return self.closed_at is None and self.due_at is not None and self.due_at < timezone.now()

    @property
    def category(self):
        return " › ".join(filter(None, [self.topic, self.subtopic, self.item]))

    def acting_unit(self, step):
        return self.unit

    def step_label(self, step):
        return step.label


class AppealStep(StepRecord):
    """诉求办理记录: what the street did inside: dispatch, a call for the centre's help, a note."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="steps")
    to_unit = models.ForeignKey(
        "districts.Unit", verbose_name="分派给", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "诉求办理记录"
        default_permissions = ()


class ExclusionQuerySet(GatedQuerySet):
    def where_user_may(self, user, duty):
        """On top of the gate: whoever an appeal is about decides nothing about it."""
        return super().where_user_may(user, duty).filter(appeal__in=Appeal.objects.not_about(user).values("pk"))


class Exclusion(models.Model):
    """剔除: the street asks that an appeal be not counted; the answer comes from outside and is recorded with its paper."""

    class Reason(models.TextChoices):
        OUTSIDE = "outside", "非本辖区"
        REPEATED = "repeated", "重复工单"
        POLICY = "policy", "政策性问题"
        LEGAL = "legal", "已入诉讼、信访程序"
        WITHDRAWN = "withdrawn", "已撤诉"
        UNREACHABLE = "unreachable", "无法联系"
        OTHER = "other", "其他"

    class State(models.TextChoices):
        ASKED = "asked", "已申请，待上级审定"
        GRANTED = "granted", "已剔除"
        DENIED = "denied", "未同意"

    appeal = models.ForeignKey(Appeal, verbose_name="诉求", on_delete=models.PROTECT, related_name="exclusions")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ASKED, editable=False)
    reason = models.CharField("理由", max_length=12, choices=Reason.choices)
    note = models.TextField("说明", max_length=2000)

    objects = ExclusionQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("appeal__unit",)}
    assigned_paths = {Duty.VIEW: ("appeal__unit",)}

    STEPS = {
        "ask": Step("ask", "申请剔除", (), State.ASKED, Duty.HANDLE),
        "grant": Step("grant", "登记：同意剔除", (State.ASKED,), State.GRANTED, Duty.ASSESS, needs=("paper",)),
        "deny": Step("deny", "登记：未同意", (State.ASKED,), State.DENIED, Duty.ASSESS, needs=("note",)),
    }
    NEEDED = {"paper": "审定的文号或凭据", "note": "未同意的原因"}

    class Meta:
        verbose_name = verbose_name_plural = "剔除"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("appeal", condition=~Q(state="denied"), name="asked_once_until_denied"),
        ]

    def __str__(self):
        return f"{self.appeal} 剔除"

    def acting_unit(self, step):
        return self.appeal.unit

    def step_label(self, step):
        return step.label


class ExclusionStep(StepRecord):
    """剔除办理记录: the asking, and the answer with its paper."""

    exclusion = models.ForeignKey(Exclusion, on_delete=models.PROTECT, related_name="steps")
    paper = models.CharField("文号或凭据", max_length=100, blank=True)

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "剔除办理记录"
        default_permissions = ()


class ExclusionEvidenceQuerySet(GatedQuerySet):
    def where_user_may(self, user, duty):
        """Whoever sees an appeal sees what is said about it."""
        seen = Appeal.objects.where_user_may(user, duty).values("pk")
        return self.filter(exclusion__appeal__in=seen)


class ExclusionEvidence(Attachment):
    """剔除佐证: a file or photo."""

    exclusion = models.ForeignKey(Exclusion, on_delete=models.PROTECT, related_name="evidence")

    objects = ExclusionEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "剔除佐证"
        default_permissions = ()
        ordering = ["pk"]


class Recusal(models.Model):
    """回避: a person whom an appeal is about; they never meet it, in no list and no count."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey("districts.User", verbose_name="回避人", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("districts.User", verbose_name="录入人", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        default_permissions = ()
        constraints = [models.UniqueConstraint("appeal", "person", name="recused_once")]

    def __str__(self):
        return f"{self.person} 回避"


class AppealImport(models.Model):
    """导入批次: files that were read, cleaned and tried, and wait for one confirmation; their rows go once it is settled."""

    class State(models.TextChoices):
        REFUSED = "refused", "有错，未导入"
        TRIED = "tried", "待确认"
        CONFIRMED = "confirmed", "正在导入"
        DONE = "done", "已导入"

    street = models.ForeignKey("districts.Unit", verbose_name="街道", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("districts.User", verbose_name="导入人", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State.choices)
    files = models.JSONField("文件", default=list)
    found = models.JSONField("结果", default=dict)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    done_at = models.DateTimeField("导入时间", null=True)
    job = models.ForeignKey("districts.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    objects = GatedQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("street",)}
    assigned_paths = {Duty.VIEW: ()}

    class Meta:
        verbose_name = verbose_name_plural = "诉求导入批次"
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self):
        return "、".join(file["name"] for file in self.files)


class AppealImportPart(models.Model):
    """导入批次的一段: some cleaned rows: of a refused batch with what is wrong with them."""

    batch = models.ForeignKey(AppealImport, on_delete=models.CASCADE, related_name="parts")
    file = models.PositiveSmallIntegerField("第几个文件")
    rows = models.JSONField("行", encoder=DjangoJSONEncoder)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"{self.batch_id}/{self.pk}"


class UnitAlias(models.Model):
    """单位别名: another name under which the city's files know a unit, as somebody taught it."""

    street = models.ForeignKey("districts.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    unit = models.ForeignKey("districts.Unit", verbose_name="单位", on_delete=models.PROTECT, related_name="aliases")
    taught_by = models.ForeignKey("districts.User", verbose_name="谁教的", on_delete=models.PROTECT, related_name="+")
    taught_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位别名"
        default_permissions = ()
        constraints = [models.UniqueConstraint("street", "name", name="an_alias_means_one_unit")]

    def __str__(self):
        return f"{self.name} 即 {self.unit}"
