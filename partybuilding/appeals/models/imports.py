"""Files on their way in, and the names that they use."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.records import states
from districts.records.models import StepRecord
from districts.workflow import Step, Workflow


class AppealImport(Workflow, models.Model):
    """导入批次: files that were read, cleaned and tried, and wait for one confirmation; their rows go once it is settled.

    What is refused for its faults was never opened, and has no steps; 已导入 is set by the job that was confirmed.
    """

    class State(states.State):
        REFUSED = "refused", "grey", "有错，未导入"
        TRIED = "tried", "grey", "待确认"
        CONFIRMED = "confirmed", "grey", "正在导入"
        DONE = "done", "grey", "已导入"

    street = models.ForeignKey("districts.Unit", verbose_name="街道", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("districts.User", verbose_name="导入人", on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State.choices)
    files = models.JSONField("文件", default=list)
    found = models.JSONField("结果", default=dict)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    done_at = models.DateTimeField("导入时间", null=True)
    job = models.ForeignKey("districts.Job", null=True, on_delete=models.SET_NULL, related_name="+")

    objects = GatedQuerySet.as_manager()
    part_of = "appeal"
    unit_paths = {Duty.VIEW: ("street",)}
    assigned_paths = {Duty.VIEW: ()}

    STEPS = {
        "try": Step("try", "试算", (), State.TRIED, Duty.INTAKE),
        "confirm": Step("confirm", "确认导入", (State.TRIED,), State.CONFIRMED, Duty.INTAKE),
    }

    class Meta:
        verbose_name = verbose_name_plural = "诉求导入批次"
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self):
        return "、".join(file["name"] for file in self.files)

    def acting_unit(self, step):
        return self.street

    def remarks(self):
        """Sentences on the files' columns: what was read in place of another, and what was not read at all."""
        said = [f"{file['name']}：{text}。" for file in self.files for text in file.get("passed", ())]
        unread = [(file["name"], "、".join(file["unknown"])) for file in self.files if file.get("unknown")]
        return said + [f"{name}：没有读的列：{columns}。" for name, columns in unread]


class AppealImportStep(StepRecord):
    """导入批次办理记录: who tried and who confirmed it, under which post; forgotten with a batch that nobody confirmed."""

    batch = models.ForeignKey(AppealImport, on_delete=models.CASCADE, related_name="steps")

    class Meta(StepRecord.Meta):
        verbose_name = verbose_name_plural = "导入批次办理记录"
        default_permissions = ()


class AppealImportPart(models.Model):
    """导入批次的一段: some cleaned rows: of a refused batch with what is wrong with them."""

    batch = models.ForeignKey(AppealImport, on_delete=models.CASCADE, related_name="parts")
    file = models.PositiveSmallIntegerField("第几个文件")
    rows = models.JSONField("行", encoder=DjangoJSONEncoder)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"{self.batch_id}/{self.pk}"


class UnitAlias(models.Model):
    """单位别名: another name under which the city's files know a unit, as somebody taught it."""

    street = models.ForeignKey("districts.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    unit = models.ForeignKey("districts.Unit", verbose_name="单位", on_delete=models.PROTECT, related_name="aliases")
    taught_by = models.ForeignKey("districts.User", verbose_name="谁教的", on_delete=models.PROTECT, related_name="+")
    taught_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位别名"
        default_permissions = ()
        constraints = [models.UniqueConstraint("street", "name", name="an_alias_means_one_unit")]

    def __str__(self):
        return f"{self.name} 即 {self.unit}"
