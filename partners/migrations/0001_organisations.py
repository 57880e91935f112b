import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("districts", "0017_estates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("property", "物业企业"),
                            ("utility", "供热、供水、供电、燃气等企业"),
                            ("owners", "业委会、物管会"),
                            ("department", "区级部门及派出机构"),
                            ("other", "其他单位"),
                        ],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("local", "社区、街道"), ("district", "区"), ("city", "市及以上")],
                        default="local",
                        max_length=8,
                        verbose_name="层级",
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        help_text="只填单位的座机或热线，不填个人手机和姓名；社区、街道在诉求页上一点就拨",
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(?:(?:0\\d{2,3}-?)?[2-8]\\d{6,7}(?:-\\d{1,5})?|[14]00-?\\d{3}-?\\d{4}|1\\d{4}|9\\d{4,5}|1\\d{2})$",
                                "只填单位的值班电话：座机（如 010-81234567）或热线（如 96069、400-123-4567），不填个人手机。",
                            )
                        ],
                        verbose_name="值班电话",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partners.organisation",
                        verbose_name="并入",
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="districts.unit",
                        verbose_name="街道",
                    ),
                ),
            ],
            options={
                "verbose_name": "外部单位",
                "verbose_name_plural": "外部单位",
                "ordering": ["kind", "name", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Serving",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="起始日期")),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="含当日；空为至今", null=True, verbose_name="截止日期"),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="依据或原因")),
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("property", "物业"),
                            ("heating", "供热"),
                            ("owners", "业委会"),
                            ("management", "物管会"),
                            ("water", "供水"),
                            ("power", "供电"),
                            ("gas", "燃气"),
                            ("lifts", "电梯维保"),
                            ("waste", "垃圾清运"),
                            ("other", "其他"),
                        ],
                        max_length=10,
                        verbose_name="作为",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
                (
                    "estate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="servings",
                        to="districts.estate",
                        verbose_name="小区",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="servings",
                        to="partners.organisation",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "服务关系",
                "verbose_name_plural": "服务关系",
                "ordering": ["-starts_on", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                models.F("street"),
                models.F("name"),
                name="an_organisation_once_in_a_street",
                violation_error_message="已有同名的单位。",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), models.Q(("merged_into", models.F("id")), _negated=True), _connector="OR"
                ),
                name="an_organisation_is_not_merged_into_itself",
                violation_error_message="不能并入自己。",
            ),
        ),
        migrations.AddConstraint(
            model_name="serving",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="serving_ends_after_it_starts",
            ),
        ),
    ]
