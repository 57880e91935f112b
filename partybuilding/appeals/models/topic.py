"""每月一题: what residents call about again and again, taken up at its root."""

from django.db import models
from django.db.models import Q

from districts.access import GatedQuerySet
from districts.duties import Duty


class MonthlyTopic(models.Model):
    """每月一题: one kind of appeal that a unit sets out to make rarer from a month on."""

    unit = models.ForeignKey("districts.Unit", verbose_name="牵头单位", on_delete=models.PROTECT, related_name="+")
    month = models.DateField("月份", help_text="当月第一天")
    item = models.CharField("三级分类", max_length=40)
    title = models.CharField("题目", max_length=80)
    created_by = models.ForeignKey("districts.User", verbose_name="录入人", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    objects = GatedQuerySet.as_manager()
    part_of = "appeal"
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {Duty.VIEW: ("unit",), Duty.ISSUE: ()}

    class Meta:
        verbose_name = verbose_name_plural = "每月一题"
        default_permissions = ()
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(
                "unit",
                "month",
                "item",
                name="a_topic_once_a_month",
                violation_error_message="这个单位这个月已经把这一类列为每月一题。",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="a_topic_begins_with_its_month"),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.title}"
