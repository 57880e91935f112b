from django.db import migrations, models

KINDS = [
    ("login", "登录"),
    ("login_refused", "登录未成"),
    ("logout", "退出"),
    ("password", "密码与两步验证"),
    ("reveal", "查看已遮盖的信息"),
    ("reveal_many", "查看已遮盖的信息（超过每日人数）"),
    ("export", "导出"),
    ("download", "下载附件"),
    ("structure", "组织架构"),
    ("person", "人员账号"),
    ("post", "任免与授权"),
    ("setting", "设置"),
    ("operation", "运维"),
]


class Migration(migrations.Migration):
    dependencies = [("districts", "0009_discipline")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="failed_codes",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="动态码连续输错"),
        ),
        migrations.AddField(
            model_name="user",
            name="last_code_failed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="动态码最近输错"),
        ),
        migrations.AddField(
            model_name="user",
            name="must_set_up_code",
            field=models.BooleanField(default=False, editable=False, verbose_name="下次登录须启用两步验证"),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=16, verbose_name="类别"),
        ),
    ]
