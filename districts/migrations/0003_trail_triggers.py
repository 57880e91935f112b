from django.db import migrations

from districts.trail.triggers import drop_triggers, set_triggers


class Migration(migrations.Migration):
    dependencies = [("districts", "0002_lent_and_recorded")]
    operations = [
        migrations.RunPython(
            lambda apps, schema: set_triggers(schema.connection), lambda apps, schema: drop_triggers(schema.connection)
        )
    ]
