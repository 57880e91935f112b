"""群众满意度: what a survey outside found, typed in by one person and confirmed by another."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.access import GatedQuerySet
from districts.apart import Deed
from districts.duties import Duty
from districts.records import states
from districts.records.models import StepRecord
from districts.units.models import Unit
from districts.workflow import Step, Workflow

WHY = {"note": "请写明撤回的原因。"}


class Survey(Workflow, models.Model):
    """满意度测评: one survey of a street: when, by which paper, and a figure for each unit asked. Only a confirmed one counts.

    Who entered and who confirmed it also stand in columns: by them the database itself wants two persons.
    """

    class State(states.State):
        ENTERED = "entered", "amber", "待另一人确认"
        CONFIRMED = "confirmed", "green", "已确认"
        WITHDRAWN = "withdrawn", "grey", "已撤回"

    street = models.ForeignKey(Unit, verbose_name="街道", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    measured_on = models.DateField("测评日期")
    paper = models.CharField("来源文件", max_length=100)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.ENTERED, editable=False)
    entered_by = models.ForeignKey("districts.User", on_delete=models.PROTECT, related_name="+", editable=False)
    entered_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(
        "districts.User", null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)
    why_withdrawn = models.CharField("撤回原因", max_length=200, blank=True, editable=False)

    objects = GatedQuerySet.as_manager()
    part_of = "sheet"
    unit_paths = {Duty.VIEW: ("street",)}
    assigned_paths = {}

    STEPS = {
        "enter": Step("enter", "录入", (), State.ENTERED, Duty.ASSESS),
        "confirm": Step("confirm", "确认", (State.ENTERED,), State.CONFIRMED, Duty.ASSESS, apart_from=("enter",)),
        "withdraw": Step("withdraw", "撤回", (State.CONFIRMED,), State.WITHDRAWN, Duty.ASSESS, WHY),
    }

    class Meta:
        verbose_name = verbose_name_plural = "满意度测评"
        default_permissions = ()
        ordering = ["-measured_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="entered") | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("entered_by"))),
                name="confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn") ^ Q(why_withdrawn=""), name="what_is_withdrawn_has_a_reason"
            ),
        ]

    def __str__(self):
        return self.name

    def acting_unit(self, step):
        return self.street

    def deeds(self, step):
        """Whoever typed it in, by the column too: what was entered before there were steps has none."""
        return [Deed("录入", self.entered_by), *super().deeds(step)]

    def filled_by(self, step, by, note):
        if step.verb == "confirm":
            return {"confirmed_by": by, "confirmed_at": timezone.now()}
        return {"why_withdrawn": note}


class SurveyStep(StepRecord):
    """测评办理记录: who entered, confirmed and withdrew it; deleted with a survey that nobody confirmed."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="steps")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "测评办理记录"
        default_permissions = ()


class SurveyFigureQuerySet(GatedQuerySet):
    def confirmed_between(self, starts_on, ends_on):
        confirmed = self.filter(survey__state=Survey.State.CONFIRMED)
        return confirmed.filter(survey__measured_on__gte=starts_on, survey__measured_on__lte=ends_on)


class SurveyFigure(models.Model):
    """测评数: of so many asked in a unit, so many were satisfied."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="figures")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    part = models.PositiveIntegerField("满意")
    whole = models.PositiveIntegerField("样本")

    objects = SurveyFigureQuerySet.as_manager()
    part_of = "sheet"
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {}

    class Meta:
        verbose_name = verbose_name_plural = "测评数"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("survey", "unit", name="one_figure_a_unit"),
            models.CheckConstraint(condition=Q(whole__gt=0) & Q(part__lte=F("whole")), name="part_of_the_asked"),
        ]

    def __str__(self):
        return f"{self.unit} {self.part}/{self.whole}"
