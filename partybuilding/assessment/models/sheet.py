"""What an assessment finds: counts of every unit, its score, and, once final, the very records behind it."""

from django.db import models
from django.db.models import F, Q

from districts.access import GatedQuerySet, street_of
from districts.duties import Duty
from districts.units.models import Unit
from partybuilding.assessment.models.period import LIGHT, Period, Settlement

BANDS = [(9000, "好"), (8000, "较好"), (6000, "一般"), (0, "待提升")]


class Node(models.Model):
    """节点: additive counts of one indicator for one unit in a period; parts in hundredths of a record. Rates are derived when read.

    `own` is the leaf, the unit's own records; `part` and `whole` include everything below.
    """

    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="+", **LIGHT)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", **LIGHT)
    indicator = models.CharField("指标", max_length=40)
    own_part = models.BigIntegerField("本级其中（百分之一件）")
    own_whole = models.BigIntegerField("本级总数")
    part = models.BigIntegerField("其中（百分之一件）")
    whole = models.BigIntegerField("总数")
    pk = models.CompositePrimaryKey("period", "unit", "indicator")

    class Meta:
        default_permissions = ()


class ScoreSheetQuerySet(GatedQuerySet):
    def current(self):
        """Without those that a correction has replaced."""
        return self.filter(is_current=True)

    def in_standings_for(self, user):
        """What the user may open, and of their own street's settled months, where its scheme ranks openly, the standings of all."""
        seen = self.where_user_may(user, Duty.VIEW).values("pk")
        opened = Q(settlement__state=Settlement.State.FINAL, settlement__version__ranking="street")
        return self.filter(Q(pk__in=seen) | opened & Q(street__tree_id__in=street_of(user)))

    def for_standings(self):
        return self.select_related("unit", "settlement__period", "settlement__version").order_by(
            "group", "peer", F("rank").asc(nulls_last=True), F("score").desc(nulls_last=True), "unit__lft"
        )


class ScoreSheet(models.Model):
    """得分单: one unit's score in a period, in integer hundredths; null is 不参评, never 0.

    `weight` is what was left of the 100 points, in hundredths, after what had nothing or too little to count dropped out;
    `bonus` is in the score; `tie` parts equal scores (`scoring.tie_key`). 一票否决 takes `is_eligible`, never points.
    A final sheet keeps its items, as of `scoring.Item`, each, and a
    seal over all of it, over its grounds (tree, records, scheme) and over the street's sheet before it.
    """

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="sheets", **LIGHT)
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="sheets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sheets", db_constraint=False)
    group = models.CharField("组别", max_length=12)
    peer = models.CharField("难度组", max_length=30, db_default="")
    street = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", **LIGHT)
    score = models.IntegerField("得分（百分之一分）", null=True)
    weight = models.IntegerField("参评权重（百分之一分）", default=0)
    bonus = models.IntegerField("加分（百分之一分）", db_default=0)
    is_eligible = models.BooleanField("有评优资格", db_default=True)
    sample = models.BigIntegerField("样本数", default=0)
    tie = models.BigIntegerField("同分先后", db_default=0)
    rank = models.PositiveIntegerField("名次", null=True)
    number = models.PositiveSmallIntegerField("第几次核定", db_default=1)
    is_current = models.BooleanField("现行", db_default=True)
    is_final = models.BooleanField("已定", db_default=False)
    items = models.JSONField("各项", null=True)
    serial = models.PositiveIntegerField("街道内序号", null=True)
    grounds = models.CharField("依据摘要", max_length=64, db_default="")
    seal = models.CharField("封签", max_length=64, db_default="")
    frozen_at = models.DateTimeField("定于", null=True)

    objects = ScoreSheetQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {}

    class Meta:
        verbose_name = verbose_name_plural = "得分单"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("period", "unit", "number", name="sheet_once_a_run"),
            models.UniqueConstraint("period", "unit", condition=Q(is_current=True), name="one_current_sheet"),
            models.UniqueConstraint("street", "serial", name="serial_once_in_a_street"),
            models.CheckConstraint(
                condition=Q(is_final=False) | Q(items__isnull=False, serial__isnull=False, frozen_at__isnull=False),
                name="a_final_sheet_is_whole",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.period}"

    @property
    def points(self):
        """The score as people read it: 87.50, or None."""
        return None if self.score is None else f"{self.score // 100}.{self.score % 100:02d}"

    @property
    def data_until(self):
        """数据截至: a correction counts as of its own moment, everything else as of the last run."""
        return self.frozen_at if self.number > 1 else self.settlement.rolled_up_at

    @property
    def band(self):
        """分档 by the grades of 述职评议: from 90 好, 80 较好, 60 一般, below 待提升."""
        if self.score is None:
            return "不参评"
        if not self.settlement.is_over:
            return "进行中"
        return next((word for least, word in BANDS if self.score >= least), BANDS[-1][1])


class FrozenRecord(models.Model):
    """封存的依据: one record that a run of a settlement counted: for which unit and indicator, what it was worth, in hundredths
    of a record, and of how many.

    It stays when the record itself changes later.
    """

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="records")
    number = models.PositiveSmallIntegerField("第几次核定")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    indicator = models.CharField("指标", max_length=40)
    record = models.BigIntegerField("记录")
    worth = models.IntegerField("计（百分之一件）")
    size = models.IntegerField("件数")

    class Meta:
        verbose_name = verbose_name_plural = "封存的依据"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("settlement", "number", "indicator", "record", name="frozen_once_a_run"),
        ]
