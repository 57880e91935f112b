import django.db.models.deletion
from django.db import migrations, models

LIGHT = {"db_constraint": False, "db_index": False}

TREE = """
INSERT INTO partybuilding_newtreerow (period_id, ancestor_id, descendant_id, depth)
SELECT period_id, ancestor_id, descendant_id, depth FROM partybuilding_treerow
"""
NODES = """
INSERT INTO partybuilding_newnode (period_id, unit_id, indicator, own_part, own_whole, part, whole)
SELECT period_id, unit_id, indicator, own_part, own_whole, part, whole FROM partybuilding_node
"""


def light(to, name="+", on_delete=django.db.models.deletion.PROTECT):
    return models.ForeignKey(to=to, on_delete=on_delete, related_name=name, **LIGHT)


def count_anew(apps, schema_editor):
    """Sheets of open months do not know yet what parts equal scores: the next run counts those months as a whole."""
    apps.get_model("partybuilding", "Settlement").objects.filter(state="open").update(rolled_up_at=None)


class Migration(migrations.Migration):
    """Rows of the tree and of counts are known by what they are about, without a number of their own."""

    dependencies = [
        ("districts", "0007_structure_is_marked"),
        ("partybuilding", "0022_sealed_settlements"),
    ]

    operations = [
        migrations.CreateModel(
            name="NewTreeRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period",
                        "descendant",
                        "ancestor",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("period", light("partybuilding.period", "tree", django.db.models.deletion.CASCADE)),
                ("ancestor", light("districts.unit")),
                ("descendant", light("districts.unit")),
                ("depth", models.PositiveSmallIntegerField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(TREE, migrations.RunSQL.noop),
        migrations.DeleteModel("TreeRow"),
        migrations.RenameModel("NewTreeRow", "TreeRow"),
        migrations.AddIndex("TreeRow", models.Index(fields=["period", "ancestor"], name="tree_row_down")),
        migrations.CreateModel(
            name="NewNode",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "period", "unit", "indicator", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("period", light("partybuilding.period", on_delete=django.db.models.deletion.CASCADE)),
                ("unit", light("districts.unit")),
                ("indicator", models.CharField(max_length=40, verbose_name="指标")),
                ("own_part", models.BigIntegerField(verbose_name="本级其中（百分之一件）")),
                ("own_whole", models.BigIntegerField(verbose_name="本级总数")),
                ("part", models.BigIntegerField(verbose_name="其中（百分之一件）")),
                ("whole", models.BigIntegerField(verbose_name="总数")),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(NODES, migrations.RunSQL.noop),
        migrations.DeleteModel("Node"),
        migrations.RenameModel("NewNode", "Node"),
        migrations.AddField("ScoreSheet", "tie", models.BigIntegerField("同分先后", db_default=0)),
        migrations.AlterField("ScoreSheet", "period", light("partybuilding.period", "sheets")),
        migrations.AlterField("ScoreSheet", "street", light("districts.unit")),
        migrations.AddIndex("Appeal", models.Index(fields=["called_on"], name="appeal_day")),
        migrations.RunPython(count_anew, migrations.RunPython.noop),
    ]
