"""The rules of an assessment, as data: a street's own scheme or the default, in versions that begin on a day."""

from django.db import models
from django.db.models import F, Q

from districts.access import GatedQuerySet, street_of
from districts.apart import Deed
from districts.duties import Duty
from districts.records import states
from districts.records.models import StepRecord
from districts.units.models import Dated, Unit
from districts.workflow import Step, Workflow

FULL_WEIGHT = 10_000  # the weights of a version add up to 100 points, in hundredths
MOST_TIE_BREAKS = 4


class Scheme(models.Model):
    """考核方案: a street's rules of assessment, in versions; without a street, the default for all."""

    street = models.ForeignKey(
        Unit, verbose_name="街道", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    name = models.CharField("名称", max_length=60)
    is_example = models.BooleanField("示例口径", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核方案"
        default_permissions = ()
        constraints = [models.UniqueConstraint("street", name="one_scheme_a_street")]

    def __str__(self):
        return self.name


class SchemeVersionQuerySet(GatedQuerySet):
    def readable_by(self, user):
        """What is approved is known to everyone of the street, the default to all; drafts to whoever writes or signs them."""
        known = Q(scheme__street=None) | Q(scheme__street__tree_id__in=street_of(user))
        drafted = Q(pk__in=self.where_user_may(user, Duty.ASSESS).values("pk"))
        signed = Q(pk__in=self.where_user_may(user, Duty.SIGN).values("pk"))
        return self.filter((known & Q(state="approved")) | drafted | signed)


PAPER = {"paper": "请填批准的文号或会议。"}


class SchemeVersion(Workflow, Dated):
    """方案版本: what holds from a day on, once it is approved. A past period keeps the version of its last day."""

    class State(states.State):
        DRAFT = "draft", "grey", "草稿"
        TRIAL = "trial", "amber", "试运行"
        APPROVED = "approved", "green", "已批准"

    class Ranking(models.TextChoices):
        OFF = "off", "不排名，只分档"
        LEADERS = "leaders", "排名，只给街道领导和考核工作小组看"
        STREET = "street", "排名，对全街道公开"

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版本", editable=False)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.DRAFT, editable=False)
    min_sample = models.PositiveSmallIntegerField("最小样本", default=5, help_text="少于这个件数的指标不参评")
    bonus_cap = models.PositiveSmallIntegerField("加分最多", default=1000, help_text="百分之一分")
    complete_days = models.PositiveSmallIntegerField(
        "到齐日", default=1, help_text="期末后第几个工作日数据到齐，到了才能发核对"
    )
    close_days = models.PositiveSmallIntegerField(
        "年度截止日", default=20, help_text="年末后第几个工作日截止，过了不再更正"
    )
    check_days = models.PositiveSmallIntegerField("核对几个工作日", default=2)
    objection_days = models.PositiveSmallIntegerField("核定后几个工作日内可提异议", default=5)
    ranking = models.CharField("排名", max_length=8, choices=Ranking.choices, default=Ranking.LEADERS)

    objects = SchemeVersionQuerySet.as_manager()
    part_of = "sheet"
    unit_paths = {Duty.VIEW: ("scheme__street",)}
    assigned_paths = {}

    STEPS = {
        "edit": Step("edit", "修改", (State.DRAFT,), None, Duty.ASSESS),
        "try": Step("try", "试运行", (State.DRAFT,), State.TRIAL, Duty.ASSESS),
        "redraft": Step("redraft", "退回修改", (State.TRIAL,), State.DRAFT, Duty.ASSESS),
        "approve": Step("approve", "批准", (State.TRIAL,), State.APPROVED, Duty.SIGN, PAPER, ("edit", "try")),
    }

    class Meta:
        verbose_name = verbose_name_plural = "方案版本"
        default_permissions = ()
        ordering = ["-starts_on", "-number"]
        constraints = [models.UniqueConstraint("scheme", "number", name="scheme_version_once")]

    def __str__(self):
        return f"{self.scheme} 第 {self.number} 版"

    def acting_unit(self, step):
        return self.scheme.street

    def deeds(self, step):
        """Whoever drew it up does not approve it either."""
        drawn_up = [Deed("起草", self.entered_by)] if step.apart_from and self.entered_by else []
        return drawn_up + super().deeds(step)

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT


class SchemeStep(StepRecord):
    """方案办理记录: who tried, sent back and approved a version, with its paper."""

    version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="steps")
    paper = models.CharField("批准文号或会议", max_length=100, blank=True)

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "方案办理记录"
        default_permissions = ()


class SchemeItem(models.Model):
    """方案指标: what one indicator is worth, and from which rate to which; weight in hundredths of a point, rates in basis points.

    Indicators of one `group` stand together on a sheet. `tie_order` says which rates part equal scores, the first first.
    """

    class Rule(models.TextChoices):
        LINEAR = "linear", "底线到目标之间按比例得分"
        THRESHOLD = "threshold", "达到目标得满分，否则不得分"

    version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField("顺序", default=0)
    group = models.CharField("项目", max_length=40)
    indicator = models.CharField("指标", max_length=40)
    rule = models.CharField("计分", max_length=10, choices=Rule.choices, default=Rule.LINEAR)
    weight = models.PositiveIntegerField("权重", help_text="百分之一分")
    floor = models.PositiveIntegerField("底线", help_text="万分数")
    target = models.PositiveIntegerField("目标", help_text="万分数")
    tie_order = models.PositiveSmallIntegerField("同分先比", null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint("version", "indicator", name="indicator_once_in_a_version"),
            models.UniqueConstraint("version", "tie_order", name="tie_order_once_in_a_version"),
            models.CheckConstraint(condition=Q(target__gt=F("floor")), name="target_above_floor"),
            models.CheckConstraint(
                condition=Q(tie_order=None) | Q(tie_order__gte=1, tie_order__lte=MOST_TIE_BREAKS), name="few_tie_breaks"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=FULL_WEIGHT), name="weight_of_an_item"),
        ]

    def __str__(self):
        return self.indicator
