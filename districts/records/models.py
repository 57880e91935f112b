from django.db import models

from districts.duties import Duty


class UnitRecord(models.Model):
    """What every record in a place shares: where it lies, who entered it, and a version that two savers cannot share."""

    unit = models.ForeignKey("districts.Unit", verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        "districts.User", verbose_name="录入人", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {Duty.VIEW: ("unit",)}

    class Meta:
        abstract = True


class Basis(models.TextChoices):
    """On what basis one person enters a step for another."""

    ORAL = "oral", "口头交代"
    MEETING = "meeting", "会议议定"
    NOTE = "note", "书面批示"


class StepRecord(models.Model):
    """办理记录: one step of a workflow, never edited: who entered it, for whom, under which appointment, when."""

    verb = models.CharField("步骤", max_length=12)
    label = models.CharField("步骤名", max_length=12)
    from_state = models.CharField("原状态", max_length=12)
    to_state = models.CharField("新状态", max_length=12)
    note = models.TextField("说明", blank=True)
    by = models.ForeignKey("districts.User", verbose_name="录入人", on_delete=models.PROTECT, related_name="+")
    for_whom = models.ForeignKey(
        "districts.User", verbose_name="代何人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    basis = models.CharField("依据", max_length=8, choices=Basis.choices, blank=True)
    appointment = models.ForeignKey(
        "districts.Appointment", verbose_name="任职", on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField("时间")
    taken_on = models.DateField("日期")

    EMPTIES, EMPTIED_WITH = {"note": ""}, ()

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self):
        return f"{self.label}（{self.by}）"


def done_by(person, since, until):
    """The condition on steps entered by a person for themself, or by somebody else for them, in a span of days."""
    mine = models.Q(by=person, for_whom=None) | models.Q(for_whom=person)
    return mine & models.Q(taken_on__gte=since, taken_on__lte=until)
