"""Rules of counting and of time, each from a day on."""

from django.db import models
from django.db.models import F, Q

from districts.units.models import Dated

PERCENT = 100


class AppealDesk(models.Model):
    """办理方式: whether a street without another system registers and handles appeals here by hand."""

    street = models.OneToOneField("districts.Unit", verbose_name="街道", on_delete=models.PROTECT, related_name="+")
    is_by_hand = models.BooleanField("手工登记和办理", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "办理方式"
        default_permissions = ()

    def __str__(self):
        return f"{self.street}：{'手工登记和办理' if self.is_by_hand else '从市里系统导入'}"


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
