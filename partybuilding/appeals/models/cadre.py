"""反映干部: what residents say of a cadre, hidden at once by one person and confirmed by the 纪检监察工委."""

from django.db import models

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.keeping import kept_from
from districts.records.models import StepRecord
from districts.workflow import Step, Workflow
from partybuilding.appeals.models.appeal import Appeal


class CadreReportQuerySet(GatedQuerySet):
    def where_user_may(self, user, duty):
        """On top of the gate: never by whom it is about; whoever marks knows of it only until it is confirmed."""
        about = Appeal._base_manager.filter(kept_from(Appeal, user))
        shown = self.model.HIDDEN if duty == Duty.CONFIRM else self.model.WITH_THE_STREET
        return super().where_user_may(user, duty).filter(state__in=shown).exclude(appeal__in=about.values("pk"))


class CadreReport(Workflow, models.Model):
    """反映干部的诉求: from the mark on in no list and no figure; confirmed, only the 纪检监察工委 knows that it exists.

    Where the appeal was and how far it had come is kept, so that what is sent back goes on from there.
    """

    class State(models.TextChoices):
        NEW = "new", "未标记"
        MARKED = "marked", "待确认"
        CONFIRMED = "confirmed", "已确认接收"
        RETURNED = "returned", "已退回"

    HIDDEN = (State.MARKED, State.CONFIRMED)
    WITH_THE_STREET = (State.NEW, State.MARKED, State.RETURNED)

    appeal = models.OneToOneField(Appeal, verbose_name="诉求", on_delete=models.PROTECT, related_name="cadre_report")
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.NEW, editable=False)
    was_unit = models.ForeignKey(
        "districts.Unit", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    was_state = models.CharField(max_length=8, choices=Appeal.State.choices, blank=True, editable=False)
    was_placed_by = models.CharField(max_length=9, choices=Appeal.PlacedBy.choices, blank=True, editable=False)

    objects = CadreReportQuerySet.as_manager()
    unit_paths = {duty: ("appeal__street",) for duty in (Duty.VIEW, Duty.ISSUE, Duty.CONFIRM)}
    assigned_paths = {}
    falls_back = False

    STEPS = {
        "mark": Step("mark", "标为反映干部", (State.NEW, State.RETURNED), State.MARKED, Duty.ISSUE),
        "confirm": Step("confirm", "确认接收", (State.MARKED,), State.CONFIRMED, Duty.CONFIRM, apart_from=("mark",)),
        "return": Step(
            "return",
            "退回",
            (State.MARKED,),
            State.RETURNED,
            Duty.CONFIRM,
            {"note": "请写明为什么不是反映干部。"},
            apart_from=("mark",),
        ),
    }

    class Meta:
        verbose_name = verbose_name_plural = "反映干部的诉求"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return self.appeal.number

    def acting_unit(self, step):
        return self.appeal.street

    def day_of(self, verb):
        """The day of the newest step of a verb; None where there was none."""
        return next((step.taken_on for step in reversed(self.steps.all()) if step.verb == verb), None)

    @property
    def marked_on(self):
        return self.day_of("mark")

    @property
    def confirmed_on(self):
        return self.day_of("confirm")


class CadreReportStep(StepRecord):
    """反映干部办理记录: who marked, who confirmed or sent back. Shown to nobody else."""

    report = models.ForeignKey(CadreReport, on_delete=models.PROTECT, related_name="steps")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "反映干部办理记录"
        default_permissions = ()
