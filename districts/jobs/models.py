from django.db import models
from django.db.models import Q

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.jobs.words import kind_in_words


class JobQuerySet(GatedQuerySet):
    def claimable(self, now):
        """Jobs that wait, and running ones whose worker let the lease run out."""
        return self.filter(Q(state="waiting") | Q(state="running", lease_until__lt=now))


class Job(models.Model):
    """后台任务: work to be done once, whoever does it and however often it is tried. The database is the truth."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        DEAD = "dead", "失败"

    kind = models.CharField("任务", max_length=30)
    arguments = models.JSONField("参数", default=dict)
    unit = models.ForeignKey(
        "districts.Unit", verbose_name="单位", null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        "districts.User", verbose_name="发起人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    once_key = models.CharField("去重键", max_length=80, null=True, unique=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    progress = models.PositiveSmallIntegerField("进度", default=0)
    doing = models.CharField("当前步骤", max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    most_attempts = models.PositiveSmallIntegerField("最多尝试", default=5)
    lease_until = models.DateTimeField("租约至", null=True)
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    failure = models.CharField("最近一次失败", max_length=60, blank=True)  # the kind of error, never its words

    objects = JobQuerySet.as_manager()
    part_of = ""
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {}

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        default_permissions = ()
        indexes = [models.Index(fields=["state", "lease_until"], name="job_state_lease")]

    def __str__(self):
        return f"{kind_in_words(self.kind)} {self.pk}"

    @property
    def is_over(self):
        return self.state in {self.State.DONE, self.State.DEAD}


class Heartbeat(models.Model):
    """心跳: when a part of the portal was last alive, and since when; of what is done once a night, when it was last done."""

    class Part(models.TextChoices):
        WORKER = "worker", "后台进程（worker）"
        BEAT = "beat", "定时器（beat）"
        CLEAN_UP = "clean_up", "每晚清理"

    part = models.CharField("部分", max_length=10, choices=Part.choices)
    node = models.CharField("所在", max_length=100, blank=True)
    since = models.DateTimeField("自")
    at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = verbose_name_plural = "心跳"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["part", "node"], name="one_heartbeat_of_a_part")]

    def __str__(self):
        return f"{self.get_part_display()} {self.node}"


class Alarm(models.Model):
    """告警: what stands still, told once from when it was noticed until it is well again."""

    kind = models.CharField("什么", max_length=10)
    text = models.CharField("说明", max_length=200)
    since = models.DateTimeField("发现于")
    ended_at = models.DateTimeField("恢复于", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "告警"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(ended_at=None), name="an_alarm_is_told_once")
        ]

    def __str__(self):
        return self.text
