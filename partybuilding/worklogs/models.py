from django.db import models
from django.db.models import Q

from districts.access import GatedQuerySet
from districts.posts.duties import Duty
from districts.records.models import UnitRecord


class WorkLogQuerySet(GatedQuerySet):
    def for_list(self):
        """Newest first, with what a row of the list shows."""
        return self.select_related("unit", "created_by", "order").order_by("-happened_on", "-pk")

    def editable_by(self, user):
        """A log is corrected by its author, while they may log there, until an accepted report rests on it."""
        return self.where_user_may(user, Duty.LOG).filter(created_by=user.pk).exclude(evidence_for__verb="report")

    def search(self, words):
        return self.filter(Q(text__icontains=words) | Q(place__icontains=words)) if words else self


class WorkLog(UnitRecord):
    """工作日志: what was done, when and where. It is never counted towards any score."""

    happened_on = models.DateField("日期")
    place = models.CharField("地点", max_length=60, blank=True)
    text = models.TextField("做了什么", max_length=2000)
    order = models.ForeignKey(
        "partybuilding.Order",
        verbose_name="为哪件事",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="logs",
    )

    objects = WorkLogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工作日志"
        default_permissions = ()
        indexes = [models.Index(fields=["unit", "-happened_on", "-id"], name="worklog_unit_day")]

    def __str__(self):
        return self.text[:30]
