from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """消息: that something was done which no query can say later. It holds no word of the record; whoever opens it is asked again."""

    person = models.ForeignKey(
        "districts.User", verbose_name="收件人", on_delete=models.CASCADE, related_name="notices"
    )
    noun = models.CharField("类别", max_length=20)
    record = models.BigIntegerField("记录编号")
    verb = models.CharField("步骤", max_length=20)
    label = models.CharField("做了什么", max_length=20)
    unit = models.ForeignKey("districts.Unit", verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        "districts.User", verbose_name="谁", null=True, on_delete=models.PROTECT, related_name="+"
    )  # nobody: the portal itself
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("读于", null=True)
    once = models.CharField("一次", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        default_permissions = ()
        constraints = [models.UniqueConstraint("person", "once", name="a_person_is_told_once")]
        indexes = [
            models.Index("person", condition=Q(read_at=None), name="notice_unread"),
            models.Index("person", models.F("at").desc(), name="notice_newest"),
            models.Index(fields=["at"], name="notice_at"),
            models.Index(fields=["once"], name="notice_once"),
        ]

    def __str__(self):
        return f"{self.label} {self.unit_id}"
