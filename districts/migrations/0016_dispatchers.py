"""处置中心: a post and a duty of its own; until somebody holds it in a street, the Party office there keeps the duty.

What the gate asks beside an appointment is a permission row: whoever is of the Party office today or will be gets one.
"""

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

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
    ("dispatcher", "市民诉求处置中心"),
    ("discipline", "纪检监察工委"),
]
DUTIES = [
    ("view", "查看"),
    ("log", "记录"),
    ("handle", "办理"),
    ("issue", "交办"),
    ("accept", "审核办结"),
    ("sign", "签发玉字令"),
    ("assess", "考核"),
    ("intake", "导入与分派"),
    ("confirm", "确认"),
]


def give_intake(apps, schema_editor):
    lasting = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    held = apps.get_model("districts", "Appointment").objects.filter(lasting, post="party_office")
    places = set(held.values_list("user", "unit"))
    if not places:
        return
    kind = apps.get_model("contenttypes", "ContentType").objects.get(app_label="districts", model="unit")
    duty, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename="intake", defaults={"name": "导入与分派"}
    )
    rows = apps.get_model("districts", "UnitUserPermission").objects
    for user, unit in sorted(places):
        rows.get_or_create(user_id=user, content_object_id=unit, permission=duty)


def take_intake(apps, schema_editor):
    """The release before knows neither the duty nor the post: who held it holds nothing there."""
    apps.get_model("districts", "UnitUserPermission").objects.filter(permission__codename="intake").delete()
    apps.get_model("auth", "Permission").objects.filter(codename="intake", content_type__app_label="districts").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0015_voice_and_burden"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
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
        migrations.RunPython(give_intake, take_intake),
    ]
