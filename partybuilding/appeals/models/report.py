"""日报, 月报: sentences with their figures as they stood, each with the way to its records."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.records import states
from districts.records.models import StepRecord
from districts.workflow import Step, Workflow


class AppealReportQuerySet(GatedQuerySet):
    def where_user_may(self, user, duty):
        """On top of the gate: a duty by which reports are written gives those of its own kinds alone."""
        rows = super().where_user_may(user, duty)
        kinds = [kind for kind, written_by in self.model.WRITTEN_BY.items() if written_by == duty]
        return rows.filter(kind__in=kinds) if kinds else rows

    def readable_by(self, user):
        """What is final, for whoever sees the whole street; drafts for those who write them."""
        drafts = self.where_user_may_any(user, tuple(self.model.WRITTEN_BY.values())).values("pk")
        return self.where_user_may(user, Duty.VIEW).filter(Q(state=self.model.State.FINAL) | Q(pk__in=drafts))

    def counted_in(self, figure):
        """The keys behind a figure, written as "report.place"; none where these rows hold no such figure."""
        report, place = map(int, figure.split("."))
        figures = self.filter(pk=report).values_list("figures", flat=True).first() or []
        return figures[place - 1] if 0 < place <= len(figures) else []


class AppealReport(Workflow, models.Model):
    """接诉即办日报, 月报: drafted by the portal, finished by a person; what is final is never changed.

    A draft is the portal's own, so that finishing is the first step of a person; who did it stands in columns, too.
    `sentences` are as `reports/saying.py` makes them, `figures` the keys of the appeals that each figure counts;
    `table` is [[unit, figures …]] under `HEADS`.
    """

    class Kind(models.TextChoices):
        DAY = "day", "日报"
        MONTH = "month", "月报"

    class State(states.State):
        DRAFT = "draft", "amber", "草稿"
        FINAL = "final", "green", "已定稿"

    WRITTEN_BY = {Kind.DAY: Duty.INTAKE, Kind.MONTH: Duty.ASSESS}
    HEADS = ["单位", "受理", "有效回访", "响应率", "解决率", "满意率", "综合", "扣除后综合"]

    street = models.ForeignKey("districts.Unit", verbose_name="街道", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("类型", max_length=5, choices=Kind.choices)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    state = models.CharField("状态", max_length=5, choices=State.choices, default=State.DRAFT)
    sentences = models.JSONField("内容", default=list)
    figures = models.JSONField("各数所据的工单", default=list)
    table = models.JSONField("三率表", default=list)
    rule = models.CharField("口径", max_length=300)
    remark = models.TextField("编者按", max_length=2000, blank=True)
    made_at = models.DateTimeField("数据截至")
    final_by = models.ForeignKey(
        "districts.User", verbose_name="定稿人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    final_at = models.DateTimeField("定稿时间", null=True)

    objects = AppealReportQuerySet.as_manager()
    part_of = "appeal"
    unit_paths = {Duty.VIEW: ("street",)}
    assigned_paths = {Duty.VIEW: ()}

    STEPS = {"finish": Step("finish", "定稿", (State.DRAFT,), State.FINAL, Duty.INTAKE, further=(Duty.ASSESS,))}

    class Meta:
        verbose_name = verbose_name_plural = "接诉即办日报、月报"
        default_permissions = ()
        ordering = ["-ends_on", "-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint("street", "kind", "starts_on", "ends_on", name="one_report_of_a_span"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="a_report_ends_after_it_starts"),
        ]

    def __str__(self):
        day = f"{self.starts_on:%Y}年{self.starts_on.month}月{self.starts_on.day}日"
        if self.kind == self.Kind.DAY:
            return f"接诉即办日报（{day}）"
        return f"接诉即办运行情况月报（{day}至{self.ends_on.month}月{self.ends_on.day}日）"

    def acting_unit(self, step):
        return self.street

    def filled_by(self, step, by, note):
        return {"final_by": by, "final_at": timezone.now()}


class AppealReportStep(StepRecord):
    """日报、月报办理记录: who finished it, under which post."""

    report = models.ForeignKey(AppealReport, on_delete=models.PROTECT, related_name="steps")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "日报、月报办理记录"
        default_permissions = ()
