import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import districts.files.attachments


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0005_acting_posts"),
        ("partybuilding", "0011_appeals_going_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FrozenRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几次核定")),
                ("indicator", models.CharField(max_length=40, verbose_name="指标")),
                ("record", models.BigIntegerField(verbose_name="记录")),
                ("worth", models.IntegerField(verbose_name="计（百分之一件）")),
                ("size", models.IntegerField(verbose_name="件数")),
            ],
            options={
                "verbose_name": "封存的依据",
                "verbose_name_plural": "封存的依据",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=40, verbose_name="指标")),
                (
                    "state",
                    models.CharField(
                        choices=[("raised", "待复核"), ("upheld", "成立"), ("dismissed", "不成立")],
                        default="raised",
                        editable=False,
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="异议内容")),
            ],
            options={
                "verbose_name": "异议",
                "verbose_name_plural": "异议",
                "ordering": ["-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ObjectionEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("photo", "照片"), ("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel")],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="文件名")),
                (
                    "file",
                    models.FileField(
                        max_length=120,
                        storage=districts.files.attachments.attachment_store,
                        upload_to=districts.files.attachments.random_path,
                        verbose_name="文件",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="字节")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
            ],
            options={
                "verbose_name": "异议佐证",
                "verbose_name_plural": "异议佐证",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ObjectionStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=12, verbose_name="步骤")),
                ("label", models.CharField(max_length=12, verbose_name="步骤名")),
                ("from_state", models.CharField(max_length=12, verbose_name="原状态")),
                ("to_state", models.CharField(max_length=12, verbose_name="新状态")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[("oral", "口头交代"), ("meeting", "会议议定"), ("note", "书面批示")],
                        max_length=8,
                        verbose_name="依据",
                    ),
                ),
                ("taken_at", models.DateTimeField(verbose_name="时间")),
                ("taken_on", models.DateField(verbose_name="日期")),
            ],
            options={
                "verbose_name": "异议办理记录",
                "verbose_name_plural": "异议办理记录",
                "ordering": ["pk"],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "算"), ("checking", "核对"), ("final", "定")],
                        default="open",
                        editable=False,
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("rolled_up_at", models.DateTimeField(editable=False, null=True, verbose_name="数据截至")),
                ("check_until", models.DateField(editable=False, null=True, verbose_name="核对至")),
                ("objections_until", models.DateField(editable=False, null=True, verbose_name="可提异议至")),
                ("runs", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="定与更正的次数")),
            ],
            options={
                "verbose_name": "核定",
                "verbose_name_plural": "核定",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SettlementStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=12, verbose_name="步骤")),
                ("label", models.CharField(max_length=12, verbose_name="步骤名")),
                ("from_state", models.CharField(max_length=12, verbose_name="原状态")),
                ("to_state", models.CharField(max_length=12, verbose_name="新状态")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[("oral", "口头交代"), ("meeting", "会议议定"), ("note", "书面批示")],
                        max_length=8,
                        verbose_name="依据",
                    ),
                ),
                ("taken_at", models.DateTimeField(verbose_name="时间")),
                ("taken_on", models.DateField(verbose_name="日期")),
            ],
            options={
                "verbose_name": "核定记录",
                "verbose_name_plural": "核定记录",
                "ordering": ["pk"],
                "abstract": False,
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="schemeitem",
            options={"default_permissions": (), "ordering": ["position", "pk"]},
        ),
        migrations.AlterModelOptions(
            name="schemeversion",
            options={
                "default_permissions": (),
                "ordering": ["-starts_on", "-number"],
                "verbose_name": "方案版本",
                "verbose_name_plural": "方案版本",
            },
        ),
        migrations.RemoveConstraint(
            model_name="scoresheet",
            name="sheet_once",
        ),
        migrations.AddField(
            model_name="node",
            name="own_part",
            field=models.BigIntegerField(default=0, verbose_name="本级其中（百分之一件）"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="node",
            name="own_whole",
            field=models.BigIntegerField(default=0, verbose_name="本级总数"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="scheme",
            name="street",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="districts.unit",
                verbose_name="街道",
            ),
        ),
        migrations.AddField(
            model_name="schemeitem",
            name="group",
            field=models.CharField(default="x", max_length=40, verbose_name="项目"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="schemeitem",
            name="position",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="顺序"),
        ),
        migrations.AddField(
            model_name="schemeitem",
            name="rule",
            field=models.CharField(
                choices=[("linear", "底线到目标之间按比例得分"), ("threshold", "达到目标得满分，否则不得分")],
                default="linear",
                max_length=10,
                verbose_name="计分",
            ),
        ),
        migrations.AddField(
            model_name="schemeitem",
            name="tie_order",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="同分先比"),
        ),
        migrations.AddField(
            model_name="schemeversion",
            name="check_days",
            field=models.PositiveSmallIntegerField(default=2, verbose_name="核对几个工作日"),
        ),
        migrations.AddField(
            model_name="schemeversion",
            name="objection_days",
            field=models.PositiveSmallIntegerField(default=5, verbose_name="核定后几个工作日内可提异议"),
        ),
        migrations.AddField(
            model_name="schemeversion",
            name="ranking",
            field=models.CharField(
                choices=[
                    ("off", "不排名，只分档"),
                    ("leaders", "排名，只给街道领导和考核工作小组看"),
                    ("street", "排名，对全街道公开"),
                ],
                default="leaders",
                max_length=8,
                verbose_name="排名",
            ),
        ),
        migrations.AddField(
            model_name="schemeversion",
            name="state",
            field=models.CharField(
                choices=[("draft", "草稿"), ("trial", "试运行"), ("approved", "已批准")],
                default="draft",
                editable=False,
                max_length=8,
                verbose_name="状态",
            ),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="frozen_at",
            field=models.DateTimeField(null=True, verbose_name="定于"),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="grounds",
            field=models.CharField(db_default="", max_length=64, verbose_name="依据摘要"),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="is_current",
            field=models.BooleanField(db_default=True, verbose_name="现行"),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="is_final",
            field=models.BooleanField(db_default=False, verbose_name="已定"),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="items",
            field=models.JSONField(null=True, verbose_name="各项"),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="number",
            field=models.PositiveSmallIntegerField(db_default=1, verbose_name="第几次核定"),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="seal",
            field=models.CharField(db_default="", max_length=64, verbose_name="封签"),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="serial",
            field=models.PositiveIntegerField(null=True, verbose_name="街道内序号"),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="weight",
            field=models.IntegerField(default=0, verbose_name="参评权重（百分之一分）"),
        ),
        migrations.AlterField(
            model_name="schemeitem",
            name="floor",
            field=models.PositiveIntegerField(help_text="万分数", verbose_name="底线"),
        ),
        migrations.AlterField(
            model_name="schemeitem",
            name="target",
            field=models.PositiveIntegerField(help_text="万分数", verbose_name="目标"),
        ),
        migrations.AlterField(
            model_name="schemeitem",
            name="weight",
            field=models.PositiveIntegerField(help_text="百分之一分", verbose_name="权重"),
        ),
        migrations.AlterField(
            model_name="schemeversion",
            name="min_sample",
            field=models.PositiveSmallIntegerField(
                default=5, help_text="少于这个件数的指标不参评", verbose_name="最小样本"
            ),
        ),
        migrations.AlterField(
            model_name="schemeversion",
            name="number",
            field=models.PositiveSmallIntegerField(editable=False, verbose_name="版本"),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.UniqueConstraint(models.F("street"), name="one_scheme_a_street"),
        ),
        migrations.AddConstraint(
            model_name="schemeitem",
            constraint=models.UniqueConstraint(
                models.F("version"), models.F("tie_order"), name="tie_order_once_in_a_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tie_order", None), models.Q(("tie_order__gte", 1), ("tie_order__lte", 4)), _connector="OR"
                ),
                name="few_tie_breaks",
            ),
        ),
        migrations.AddField(
            model_name="frozenrecord",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="districts.unit"
            ),
        ),
        migrations.AddField(
            model_name="objection",
            name="sheet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="objections",
                to="partybuilding.scoresheet",
                verbose_name="得分单",
            ),
        ),
        migrations.AddField(
            model_name="objectionevidence",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="上传人",
            ),
        ),
        migrations.AddField(
            model_name="objectionevidence",
            name="objection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="partybuilding.objection"
            ),
        ),
        migrations.AddField(
            model_name="objectionstep",
            name="appointment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="districts.appointment",
                verbose_name="任职",
            ),
        ),
        migrations.AddField(
            model_name="objectionstep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="录入人",
            ),
        ),
        migrations.AddField(
            model_name="objectionstep",
            name="for_whom",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="代何人",
            ),
        ),
        migrations.AddField(
            model_name="objectionstep",
            name="objection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="partybuilding.objection"
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="settlements", to="partybuilding.period"
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="street",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="districts.unit"
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partybuilding.schemeversion",
                verbose_name="口径",
            ),
        ),
        migrations.AddField(
            model_name="frozenrecord",
            name="settlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="records", to="partybuilding.settlement"
            ),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="settlement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sheets",
                to="partybuilding.settlement",
            ),
        ),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=models.UniqueConstraint(
                models.F("period"), models.F("unit"), models.F("number"), name="sheet_once_a_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=models.UniqueConstraint(
                models.F("period"), models.F("unit"), condition=models.Q(("is_current", True)), name="one_current_sheet"
            ),
        ),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=models.UniqueConstraint(models.F("street"), models.F("serial"), name="serial_once_in_a_street"),
        ),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_final", False),
                    models.Q(("frozen_at__isnull", False), ("items__isnull", False), ("serial__isnull", False)),
                    _connector="OR",
                ),
                name="a_final_sheet_is_whole",
            ),
        ),
        migrations.AddField(
            model_name="settlementstep",
            name="appointment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="districts.appointment",
                verbose_name="任职",
            ),
        ),
        migrations.AddField(
            model_name="settlementstep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="录入人",
            ),
        ),
        migrations.AddField(
            model_name="settlementstep",
            name="for_whom",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="代何人",
            ),
        ),
        migrations.AddField(
            model_name="settlementstep",
            name="settlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="partybuilding.settlement"
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                models.F("sheet"),
                models.F("indicator"),
                condition=models.Q(("state", "raised")),
                name="one_open_objection_an_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(models.F("period"), models.F("street"), name="settled_once"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "final"), _negated=True), ("runs__gte", 1), _connector="OR"),
                name="what_is_final_was_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="frozenrecord",
            constraint=models.UniqueConstraint(
                models.F("settlement"),
                models.F("number"),
                models.F("indicator"),
                models.F("record"),
                name="frozen_once_a_run",
            ),
        ),
    ]
