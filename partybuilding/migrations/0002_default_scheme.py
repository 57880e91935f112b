"""The default scheme, marked 示例口径 until a street confirms it. Each later slice adds its own items."""

from datetime import date

from django.db import migrations


def seed(apps, schema_editor):
    scheme = apps.get_model("partybuilding", "Scheme").objects.create(name="默认考核方案", is_example=True)
    version = apps.get_model("partybuilding", "SchemeVersion").objects.create(
        scheme=scheme, number=1, starts_on=date(2022, 9, 28), reason="系统预置，待街道确认"
    )
    apps.get_model("partybuilding", "SchemeItem").objects.create(
        version=version, indicator="orders_on_time", weight=30, floor=6000, target=9500
    )


def unseed(apps, schema_editor):
    for model in ("SchemeItem", "SchemeVersion", "Scheme"):
        apps.get_model("partybuilding", model).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0001_orders_logs_assessment")]
    operations = [migrations.RunPython(seed, unseed)]
