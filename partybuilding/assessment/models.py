from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.access import GatedQuerySet
from districts.posts.duties import Duty
from districts.units.models import Dated, Unit


class Scheme(models.Model):
    """考核方案: a street's rules of assessment, in versions; without a street, the default for all."""

    name = models.CharField("名称", max_length=60)
    is_example = models.BooleanField("示例口径", default=True)
    is_ranking_open = models.BooleanField("名次对全街道公开", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "考核方案"
        default_permissions = ()

    def __str__(self):
        return self.name


class SchemeVersion(Dated):
    """方案版本: what held from a day on. A past period keeps the version of its last day."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版本")
    min_sample = models.PositiveSmallIntegerField("最小样本", default=5)

    class Meta:
        verbose_name = verbose_name_plural = "方案版本"
        default_permissions = ()
        constraints = [models.UniqueConstraint("scheme", "number", name="scheme_version_once")]

    def __str__(self):
        return f"{self.scheme} 第 {self.number} 版"


class SchemeItem(models.Model):
    """方案指标: weight, floor and target of one indicator; rates in basis points (9500 is 95 %)."""

    version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="items")
    indicator = models.CharField("指标", max_length=40)
    weight = models.PositiveSmallIntegerField("权重")
    floor = models.PositiveSmallIntegerField("底线", help_text="万分数")
    target = models.PositiveSmallIntegerField("目标", help_text="万分数")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("version", "indicator", name="indicator_once_in_a_version"),
            models.CheckConstraint(condition=Q(target__gt=F("floor")), name="target_above_floor"),
        ]

    def __str__(self):
        return self.indicator


class Period(models.Model):
    """考核周期: a month with dates of its own, `code` as 2026-10. `rolled_up_at` is 数据截至."""

    code = models.CharField("周期", max_length=7, unique=True)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    version = models.ForeignKey(SchemeVersion, verbose_name="口径", on_delete=models.PROTECT, related_name="+")
    rolled_up_at = models.DateTimeField("数据截至", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核周期"
        default_permissions = ()
        ordering = ["-starts_on"]

    def __str__(self):
        return f"{self.starts_on.year}年{self.starts_on.month}月"

    @property
    def is_over(self):
        """Were the figures made after the last day? Before that, what is not due yet counts in the whole too."""
        return self.rolled_up_at is not None and timezone.localdate(self.rolled_up_at) > self.ends_on


class TreeRow(models.Model):
    """周期树: who stood below whom on the last day of a period, each unit below itself too; a closure, so folding is one join."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="tree")
    ancestor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    descendant = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    depth = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint("period", "descendant", "ancestor", name="tree_row_once")]
        indexes = [models.Index(fields=["period", "ancestor"], name="tree_row_down")]


class Counts(models.Model):
    """Additive counts of one indicator for one unit in a period; `part` in hundredths of a record. Rates are derived when read."""

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    indicator = models.CharField("指标", max_length=40)
    part = models.BigIntegerField("其中（百分之一件）")
    whole = models.BigIntegerField("总数")

    class Meta:
        abstract = True


class Leaf(Counts):
    """叶: a unit's own records, at any level."""

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint("period", "unit", "indicator", name="leaf_once")]


class Node(Counts):
    """节点: the same, including everything below."""

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint("period", "unit", "indicator", name="node_once")]


class ScoreSheetQuerySet(GatedQuerySet):
    def for_standings(self):
        return self.select_related("unit", "period").order_by(
            "group", F("rank").asc(nulls_last=True), F("score").desc(nulls_last=True), "unit__lft"
        )


class ScoreSheet(models.Model):
    """得分单: one unit's score in a period, in integer hundredths; null is 不参评, never 0."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="sheets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sheets", db_constraint=False)
    group = models.CharField("组别", max_length=12)
    street = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    score = models.IntegerField("得分（百分之一分）", null=True)
    sample = models.BigIntegerField("样本数", default=0)
    rank = models.PositiveIntegerField("名次", null=True)

    objects = ScoreSheetQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {}

    class Meta:
        verbose_name = verbose_name_plural = "得分单"
        default_permissions = ()
        constraints = [models.UniqueConstraint("period", "unit", name="sheet_once")]

    def __str__(self):
        return f"{self.unit} {self.period}"

    @property
    def points(self):
        """The score as people read it: 87.50, or None."""
        return None if self.score is None else f"{self.score // 100}.{self.score % 100:02d}"

    @property
    def band(self):
        """分档 by the grades of 述职评议: from 90 好, 80 较好, 60 一般, below 较差."""
        if self.score is None:
            return "不参评"
        if not self.period.is_over:
            return "进行中"
        return next((word for least, word in BANDS if self.score >= least), BANDS[-1][1])


BANDS = [(9000, "好"), (8000, "较好"), (6000, "一般"), (0, "较差")]
