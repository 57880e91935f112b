from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0010_codes_counted_apart"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10, verbose_name="什么")),
                ("text", models.CharField(max_length=200, verbose_name="说明")),
                ("since", models.DateTimeField(verbose_name="发现于")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="恢复于")),
            ],
            options={
                "verbose_name": "告警",
                "verbose_name_plural": "告警",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("kind",), name="an_alarm_is_told_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("worker", "后台进程（worker）"),
                            ("beat", "定时器（beat）"),
                            ("clean_up", "每晚清理"),
                        ],
                        max_length=10,
                        verbose_name="部分",
                    ),
                ),
                ("node", models.CharField(blank=True, max_length=100, verbose_name="所在")),
                ("since", models.DateTimeField(verbose_name="自")),
                ("at", models.DateTimeField(verbose_name="最近一次")),
            ],
            options={
                "verbose_name": "心跳",
                "verbose_name_plural": "心跳",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("part", "node"), name="one_heartbeat_of_a_part")],
            },
        ),
    ]
