import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0009_discipline"),
        ("partybuilding", "0027_refused_imports_go"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CadreReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("new", "未标记"),
                            ("marked", "待确认"),
                            ("confirmed", "已确认接收"),
                            ("returned", "已退回"),
                        ],
                        default="new",
                        editable=False,
                        max_length=9,
                    ),
                ),
                (
                    "was_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("waiting", "待分派"),
                            ("assigned", "已分派"),
                            ("signed", "已签收"),
                            ("reached", "已联系"),
                            ("treated", "已办理"),
                            ("answered", "已反馈"),
                            ("called", "已回访"),
                        ],
                        editable=False,
                        max_length=8,
                    ),
                ),
                (
                    "was_placed_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "未分派"),
                            ("callbacks", "回访表"),
                            ("ledger", "台账"),
                            ("hand", "人工分派"),
                        ],
                        editable=False,
                        max_length=9,
                    ),
                ),
                (
                    "appeal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cadre_report",
                        to="partybuilding.appeal",
                        verbose_name="诉求",
                    ),
                ),
                (
                    "was_unit",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="districts.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "反映干部的诉求",
                "verbose_name_plural": "反映干部的诉求",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CadreReportStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField("步骤", max_length=12)),
                ("label", models.CharField("步骤名", max_length=12)),
                ("from_state", models.CharField("原状态", max_length=12)),
                ("to_state", models.CharField("新状态", max_length=12)),
                ("note", models.TextField("说明", blank=True)),
                (
                    "basis",
                    models.CharField(
                        "依据",
                        blank=True,
                        choices=[("oral", "口头交代"), ("meeting", "会议议定"), ("note", "书面批示")],
                        max_length=8,
                    ),
                ),
                ("taken_at", models.DateTimeField("时间")),
                ("taken_on", models.DateField("日期")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="districts.appointment",
                        verbose_name="任职",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
                (
                    "for_whom",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="代何人",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="partybuilding.cadrereport",
                    ),
                ),
            ],
            options={
                "verbose_name": "反映干部办理记录",
                "verbose_name_plural": "反映干部办理记录",
                "abstract": False,
                "default_permissions": (),
                "ordering": ["pk"],
            },
        ),
    ]
