"""The default scheme, marked 示例口径 until a street confirms it. Each later slice adds its own items."""

from django.db import migrations

from partybuilding.seeds import default_scheme


def seed(apps, schema_editor):
    default_scheme(apps)


def unseed(apps, schema_editor):
    for model in ("SchemeItem", "SchemeVersion", "Scheme"):
        apps.get_model("partybuilding", model).objects.all()._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0001_orders_logs_assessment")]
    operations = [migrations.RunPython(seed, unseed)]
