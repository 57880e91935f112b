"""How the three rates are weighed and how long an appeal may take: published practice, 示例口径 until a street confirms it."""

from django.db import migrations

from partybuilding.seeds import appeal_rules


def seed(apps, schema_editor):
    appeal_rules(apps)


def unseed(apps, schema_editor):
    for model in ("AppealRule", "AppealLimit"):
        apps.get_model("partybuilding", model).objects.filter(street=None).delete()


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0005_appeals")]
    operations = [migrations.RunPython(seed, unseed)]
