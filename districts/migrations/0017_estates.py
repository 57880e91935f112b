import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0016_dispatchers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Estate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="小区名")),
                (
                    "former_names",
                    models.CharField(
                        blank=True,
                        help_text="几个用顿号隔开，如“玉桥东里南区、南院”",
                        max_length=200,
                        verbose_name="曾用名、俗称",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, help_text="可不填：一直有", null=True, verbose_name="起")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="可不填：至今；拆迁、合并的填最后一天", null=True, verbose_name="止"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="estates",
                        to="districts.unit",
                        verbose_name="社区、村",
                    ),
                ),
            ],
            options={
                "verbose_name": "小区",
                "verbose_name_plural": "小区",
                "ordering": ["unit__tree_id", "unit__lft", "name", "pk"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("unit"),
                        models.F("name"),
                        name="an_estate_once_in_a_community",
                        violation_error_message="这个社区已有同名的小区。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("starts_on", None),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="an_estate_ends_after_it_starts",
                        violation_error_message="“止”早于“起”。",
                    ),
                ],
            },
        ),
    ]
