"""A report keeps the keys of what each of its figures counts; a sentence is a part and pieces, some of them figures.

A sentence from before keeps its words, as one piece that leads to the list that it named.
"""

from django.db import migrations, models


def divide(apps, schema_editor):
    for report in _reports(apps, schema_editor):
        report.sentences = [["", [[text, query] if query else text]] for text, query in report.sentences]
        report.save(update_fields=["sentences"])


def join(apps, schema_editor):
    for report in _reports(apps, schema_editor):
        report.sentences = [_joined(pieces) for _, pieces in report.sentences]
        report.save(update_fields=["sentences"])


def _joined(pieces):
    """The words; the way to a figure's records goes with the figures."""
    words = [piece if isinstance(piece, str) else piece[0] for piece in pieces]
    ways = [piece[1] for piece in pieces if not isinstance(piece, str) and isinstance(piece[1], str)]
    return ["".join(words), ways[0] if ways else ""]


def _reports(apps, schema_editor):
    return apps.get_model("partybuilding", "AppealReport").objects.using(schema_editor.connection.alias).iterator()


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0036_withdrawn_logs")]

    operations = [
        migrations.AddField(
            model_name="appealreport",
            name="figures",
            field=models.JSONField(default=list, verbose_name="各数所据的工单"),
        ),
        migrations.RunPython(divide, join),
    ]
