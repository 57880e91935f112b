from django.db import migrations


def forget(apps, schema_editor):
    """Refusals quoted cells as they were typed; what nobody mended within the day goes at once."""
    apps.get_model("partybuilding", "AppealImport").objects.filter(state="refused").delete()


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0024_what_was_said_can_be_taken_back")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
