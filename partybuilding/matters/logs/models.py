from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.access import GatedQuerySet
from districts.calendar.workdays import add_working_days
from districts.duties import Duty
from districts.files.proofs import Evidence
from districts.records.models import Basis, UnitRecord
from districts.records.origin import EMPTIED
from districts.records.searching import having

WITHDRAWN_WITHIN = 2  # working days


class WorkLogQuerySet(GatedQuerySet):
    def for_list(self):
        """Newest first, with what a row of the list shows."""
        return self.select_related("unit", "created_by", "for_whom", "order").order_by("-happened_on", "-pk")

    def standing(self):
        """Without what was withdrawn, which counts nowhere."""
        return self.filter(withdrawn_at=None)

    def written_by(self, user):
        """What somebody wrote where they still may log."""
        return self.where_user_may(user, Duty.LOG).filter(created_by=user.pk).exclude(text=EMPTIED)

    def editable_by(self, user):
        """A log is corrected by its author, while they may log there, until a report rests on it or its words were emptied."""
        return self.written_by(user).standing().exclude(evidence_for__verb="report")

    def search(self, words):
        return self.filter(having(words, "text", "place"))


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
    withdrawn_at = models.DateTimeField("作废时间", null=True, editable=False)
    why_withdrawn = models.CharField("作废原因", max_length=200, blank=True, editable=False)

    objects = WorkLogQuerySet.as_manager()
    origin_paths = ("origin", "came_from", "order__came_from")
    EMPTIES = {"text": EMPTIED, "place": "", "why_withdrawn": "", "version": F("version") + 1}
    EMPTIED_WITH = ("attachments",)

    class Meta:
        verbose_name = verbose_name_plural = "工作日志"
        default_permissions = ()
        indexes = [
            models.Index(fields=["unit", "-happened_on", "-id"], name="worklog_unit_day"),
            models.Index(fields=["-happened_on", "-id"], name="worklog_newest"),  # for those who see many units
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(why_withdrawn="") | Q(withdrawn_at__isnull=False), name="why_withdrawn_is_said_of_what_is"
            )
        ]

    def __str__(self):
        return self.text[:30]

    @property
    def withdrawable_until(self):
        return add_working_days(timezone.localdate(self.created_at), WITHDRAWN_WITHIN)


class LogAttachment(Evidence):
    """日志附件: a photo or a file of a log."""

    log = models.ForeignKey(WorkLog, verbose_name="日志", on_delete=models.PROTECT, related_name="attachments")

    proves = "log"
    part_of = "log"

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "日志附件"
