from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """消息: that something was done which no query can say later. It holds no word of the record; whoever opens it is asked again.

    What a person is reminded of on a morning hangs under the `digest` of that day, a notice of no record.
    """

    DIGEST = "digest"

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
    digest = models.ForeignKey(
        "self", verbose_name="归入", null=True, on_delete=models.CASCADE, related_name="reminders"
    )

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        default_permissions = ()
        constraints = [models.UniqueConstraint("person", "once", name="a_person_is_told_once")]
        indexes = [
            models.Index("person", condition=Q(read_at=None, digest=None), name="notice_unread"),
            models.Index("person", models.F("at").desc(), name="notice_newest"),
            models.Index(fields=["at"], name="notice_at"),
            models.Index(fields=["once"], name="notice_once"),
        ]

    def __str__(self):
        return f"{self.label} {self.unit_id}"

    @property
    def is_digest(self):
        return self.noun == Notice.DIGEST


class Quiet(models.Model):
    """不用告诉我: what a person has switched off. Only what is no duty can be; what is to be done stays in 今天."""

    class What(models.TextChoices):
        DIGEST = "digest", "早上的摘要"
        PUBLISH = "publish", "发布"
        WEEKLY = "weekly", "每周再提醒"

    person = models.ForeignKey("districts.User", verbose_name="谁", on_delete=models.CASCADE, related_name="quiets")
    what = models.CharField("不用告诉", max_length=8, choices=What.choices)

    class Meta:
        verbose_name = verbose_name_plural = "不用告诉我"
        default_permissions = ()
        constraints = [models.UniqueConstraint("person", "what", name="switched_off_once")]

    def __str__(self):
        return self.get_what_display()
