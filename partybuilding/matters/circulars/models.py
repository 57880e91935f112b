from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.duties import Duty
from districts.files.proofs import Evidence
from districts.records import states
from districts.records.models import StepRecord, UnitRecord
from districts.workflow import Step, Workflow
from partybuilding.matters.circulars.queries import CircularQuerySet, CircularUnitQuerySet
from partybuilding.matters.orders.models import issuing_name

WHY = {"note": "请写明为什么撤回，收到的单位会看到。"}


class Circular(Workflow, UnitRecord):
    """通知: what a unit lets others know until a last day. Nothing is owed for it, and it counts nowhere."""

    class State(states.State):
        SENT = "sent", "green", "已发出"
        WITHDRAWN = "withdrawn", "grey", "已撤回"

    title = models.CharField("标题", max_length=80)
    content = models.TextField("内容", max_length=4000)
    last_on = models.DateField("最后日期")
    sent_on = models.DateField("发出日期", editable=False)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.SENT, editable=False)

    objects = CircularQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("unit", "units__unit"), Duty.ISSUE: ("unit",)}
    assigned_paths = {Duty.VIEW: ("units__unit",), Duty.ISSUE: ()}

    STEPS = {
        "send": Step("send", "发通知", (), State.SENT, Duty.ISSUE, tells=True),
        "remind": Step("remind", "提醒打开", (State.SENT,), None, Duty.ISSUE, tells=True),
        "withdraw": Step(
            "withdraw", "撤回", (State.SENT,), State.WITHDRAWN, Duty.ISSUE, WHY, is_aside=True, tells=True
        ),
    }

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("sent_on")), name="a_circular_lasts_a_day_at_least"),
        ]
        indexes = [models.Index(fields=["last_on"], name="circular_last")]

    def __str__(self):
        return self.title

    @property
    def issuer(self):
        return issuing_name(self.unit)

    @property
    def is_current(self):
        return self.state == self.State.SENT and self.last_on >= timezone.localdate()

    def told_of(self, done):
        """Whoever received it; of a reminder those that have not opened it. At a successor, where a unit was merged into one."""
        rows = self.units.waiting() if done.verb == "remind" else self.units.all()
        return [(self, row.unit.merged_into or row.unit) for row in rows.select_related("unit__merged_into")]


class CircularUnit(models.Model):
    """通知的单位: that a unit received a circular, and whether anybody there has opened it. Who and when is kept nowhere."""

    circular = models.ForeignKey(Circular, verbose_name="通知", on_delete=models.PROTECT, related_name="units")
    unit = models.ForeignKey("districts.Unit", verbose_name="收到单位", on_delete=models.PROTECT, related_name="+")
    is_opened = models.BooleanField("已打开", default=False)

    objects = CircularUnitQuerySet.as_manager()
    unit_paths = {Duty.VIEW: ("unit", "circular__unit"), Duty.HANDLE: ("unit",), Duty.ISSUE: ("circular__unit",)}
    assigned_paths = {Duty.VIEW: ("unit",), Duty.HANDLE: ("unit",), Duty.ISSUE: ()}
    part_of = "circular"

    class Meta:
        verbose_name = verbose_name_plural = "通知的单位"
        default_permissions = ()
        constraints = [models.UniqueConstraint("circular", "unit", name="a_unit_receives_a_circular_once")]

    @property
    def is_waiting(self):
        """Is it still to be opened? A unit that has gone without a successor opens nothing."""
        return not self.is_opened and (self.unit.retired_on is None or self.unit.merged_into_id is not None)


class CircularStep(StepRecord):
    """通知办理记录."""

    circular = models.ForeignKey(Circular, on_delete=models.PROTECT, related_name="steps")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "通知办理记录"
        default_permissions = ()


class CircularFile(Evidence):
    """通知附件: a file or photo."""

    circular = models.ForeignKey(Circular, verbose_name="通知", on_delete=models.PROTECT, related_name="files")

    proves = "circular"
    part_of = "circular"

    class Meta(Evidence.Meta):
        verbose_name = verbose_name_plural = "通知附件"


class UnitGroup(models.Model):
    """分组: the units to which a person often sends, under a name of theirs. Nobody else sees or uses it."""

    owner = models.ForeignKey(
        "districts.User", verbose_name="谁的", on_delete=models.CASCADE, related_name="unit_groups"
    )
    name = models.CharField("名称", max_length=20)
    units = models.ManyToManyField("districts.Unit", verbose_name="单位", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "单位分组"
        default_permissions = ()
        constraints = [models.UniqueConstraint("owner", "name", name="a_group_name_once_a_person")]

    def __str__(self):
        return self.name
