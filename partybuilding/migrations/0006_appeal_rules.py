"""How the three rates are weighed and how long an appeal may take: published practice, 示例口径 until a street confirms it."""

from datetime import date

from django.db import migrations

FROM_THE_START = {"starts_on": date(2020, 1, 1), "reason": "系统预置，待街道确认"}
HOURS = {"urgent": 2, "rushed": 24, "normal": 7 * 24, "hard": 15 * 24}


def seed(apps, schema_editor):
    apps.get_model("partybuilding", "AppealRule").objects.create(
        response_weight=10, resolution_weight=50, satisfaction_weight=40, basically_worth=90, **FROM_THE_START
    )
    for grade, hours in HOURS.items():
        apps.get_model("partybuilding", "AppealLimit").objects.create(grade=grade, hours=hours, **FROM_THE_START)


def unseed(apps, schema_editor):
    for model in ("AppealRule", "AppealLimit"):
        apps.get_model("partybuilding", model).objects.filter(street=None).delete()


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0005_appeals")]
    operations = [migrations.RunPython(seed, unseed)]
