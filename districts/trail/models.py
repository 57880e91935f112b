from django.db import models


class Event(models.Model):
    """审计记录: an act that matters: who, under which post, when, from where, what, with what outcome.

    Rows are only ever added: triggers in the database refuse change and removal, and each row's seal
    (a keyed digest) covers the row before it, so that an edit past the triggers is found by `verify_log`.
    """

    class Kind(models.TextChoices):
        LOGIN = "login", "登录"
        LOGIN_REFUSED = "login_refused", "登录未成"
        LOGOUT = "logout", "退出"
        PASSWORD = "password", "密码与两步验证"
        REVEAL = "reveal", "查看已遮盖的信息"
        REVEAL_MANY = "reveal_many", "查看已遮盖的信息（超过每日人数）"
        EXPORT = "export", "导出"
        DOWNLOAD = "download", "下载附件"
        STRUCTURE = "structure", "组织架构"
        PERSON = "person", "人员账号"
        POST = "post", "岗位与权限"
        SETTING = "setting", "设置"
        OPERATION = "operation", "运维"

    serial = models.PositiveBigIntegerField("序号", unique=True)
    at = models.DateTimeField("时间")
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    actor = models.ForeignKey(
        "districts.User", verbose_name="谁", null=True, on_delete=models.PROTECT, related_name="+"
    )
    under = models.CharField("以何任职", max_length=120, blank=True)
    subject = models.CharField("对象", max_length=300)
    outcome = models.CharField("结果", max_length=60, default="成功")
    address = models.CharField("来自", max_length=45, blank=True)
    seal = models.CharField("封印", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        default_permissions = ()
        indexes = [models.Index(fields=["-at"], name="event_newest")]

    def __str__(self):
        return f"{self.serial} {self.get_kind_display()}"

    @property
    def stands_out(self):
        """Is this something that the auditor is to look at?"""
        return self.kind == self.Kind.REVEAL_MANY
