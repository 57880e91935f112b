from django.db import models
from django.db.models import F, Q

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.files.proofs import Evidence
from districts.records.models import Basis, UnitRecord
from districts.records.origin import EMPTIED


class WorkLogQuerySet(GatedQuerySet):
    def for_list(self):
        """Newest first, with what a row of the list shows."""
        return self.select_related("unit", "created_by", "for_whom", "order").order_by("-happened_on", "-pk")

    def editable_by(self, user):
        """A log is corrected by its author, while they may log there, until a report rests on it or its words were emptied."""
        rows = self.where_user_may(user, Duty.LOG).filter(created_by=user.pk).exclude(text=EMPTIED)
        return rows.exclude(evidence_for__verb="report")

    def search(self, words):
        return self.filter(Q(text__icontains=words) | Q(place__icontains=words)) if words else self


class WorkLog(UnitRecord):
    """工作日志: what was done, when and where. It is never counted towards any score."""

    class Category(models.TextChoices):
        VISIT = "visit", "走访慰问"
        INSPECT = "inspect", "巡查检查"
        CLEAN = "clean", "环境整治"
        MEDIATE = "mediate", "调解协商"
        MEETING = "meeting", "会议学习"
        ACTIVITY = "activity", "活动服务"
        PARTNER = "partner", "共建联络"
        OTHER = "other", "其他"

    happened_on = models.DateField("日期")
    place = models.CharField("地点", max_length=60, blank=True)
    text = models.TextField("做了什么", max_length=2000)
    category = models.CharField("类别", max_length=10, choices=Category.choices, default=Category.OTHER)
    order = models.ForeignKey(
        "partybuilding.Order",
        verbose_name="为哪件事",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="logs",
    )
    origin = models.OneToOneField(
        "districts.Origin", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="log"
    )
    came_from = models.ForeignKey(
        "districts.Origin",
        verbose_name="来自",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="logs",
    )
    for_whom = models.ForeignKey(
        "districts.User", verbose_name="代何人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    basis = models.CharField("依据", max_length=8, choices=Basis.choices, blank=True)

    objects = WorkLogQuerySet.as_manager()
    origin_paths = ("origin", "came_from", "order__came_from")
    EMPTIES = {"text": EMPTIED, "place": "", "version": F("version") + 1}
    EMPTIED_WITH = ("attachments",)

    class Meta:
        verbose_name = verbose_name_plural = "工作日志"
        default_permissions = ()
        indexes = [
            models.Index(fields=["unit", "-happened_on", "-id"], name="worklog_unit_day"),
            models.Index(fields=["-happened_on", "-id"], name="worklog_newest"),  # for those who see many units
        ]

    def __str__(self):
        return self.text[:30]


class LogAttachment(Evidence):
    """日志附件: a photo or a file of a log."""

    log = models.ForeignKey(WorkLog, verbose_name="日志", on_delete=models.PROTECT, related_name="attachments")

    proves = "log"
    part_of = "log"

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "日志附件"
