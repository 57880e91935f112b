import django.db.models.deletion
from django.db import migrations, models

POSTS = [
    ("street_leader", "街道领导"),
    ("party_office", "党群办·考核工作小组"),
    ("commissioner", "党建专员"),
    ("assistant", "党建助理"),
    ("aide", "秘书助理室成员"),
    ("lead_secretary", "中心牵头书记"),
    ("department_head", "科室负责人"),
    ("clerk", "科室工作人员"),
    ("secretary", "社区（村）书记"),
    ("deputy_secretary", "副书记"),
    ("worker", "社区工作者、村干部"),
    ("branch_secretary", "支部书记"),
    ("council_member", "“大党委”成员"),
    ("discipline", "纪检监察工委"),
]
DUTIES = [
    ("view", "查看"),
    ("log", "记录"),
    ("handle", "办理"),
    ("issue", "交办"),
    ("accept", "审核办结"),
    ("sign", "签发玉字令"),
    ("assess", "考核与导入"),
    ("confirm", "确认"),
]

WITHHELD = [("", "—"), ("street", "只给能为全街道交办的人看"), ("all", "谁也不给看")]


class Migration(migrations.Migration):
    dependencies = [("districts", "0008_origin")]

    operations = [
        migrations.AddField(
            model_name="origin",
            name="withheld",
            field=models.CharField("隐去", blank=True, choices=WITHHELD, default="", max_length=6),
        ),
        migrations.AddField(
            model_name="origin",
            name="street",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="districts.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="origin",
            index=models.Index(condition=~models.Q(withheld=""), fields=["withheld"], name="origin_withheld"),
        ),
        migrations.AlterModelOptions(
            name="unit",
            options={
                "default_permissions": (),
                "permissions": DUTIES,
                "verbose_name": "组织单元",
                "verbose_name_plural": "组织单元",
            },
        ),
        migrations.AlterField(
            model_name="appointment",
            name="post",
            field=models.CharField("岗位", choices=POSTS, max_length=20),
        ),
        migrations.AlterField(
            model_name="appointmentchange",
            name="post",
            field=models.CharField("岗位", choices=POSTS, max_length=20),
        ),
    ]
