"""What was scored before keeps its figures under settlements; the default scheme gets all its items, marked 示例口径."""

from django.db import migrations
from django.db.models import F

from partybuilding.seeds import whole_default_scheme


def settle(apps, schema_editor):
    get = lambda name: apps.get_model("partybuilding", name)  # noqa: E731
    get("SchemeItem").objects.update(weight=F("weight") * 100, group="玉字令与交办事项")
    get("SchemeVersion").objects.update(state="approved")
    get("SchemeVersion").objects.filter(scheme__is_ranking_open=True).update(ranking="street")
    for leaf in get("Leaf").objects.all():
        same = {"period": leaf.period_id, "unit": leaf.unit_id, "indicator": leaf.indicator}
        get("Node").objects.filter(**same).update(own_part=leaf.part, own_whole=leaf.whole)
    for period in get("Period").objects.all():
        for street in get("ScoreSheet").objects.filter(period=period).values_list("street", flat=True).distinct():
            settlement = get("Settlement").objects.create(
                period=period, street_id=street, version=period.version, rolled_up_at=period.rolled_up_at
            )
            get("ScoreSheet").objects.filter(period=period, street=street).update(settlement=settlement, weight=10000)


def complete(apps, schema_editor):
    whole_default_scheme(apps)


def unsettle(apps, schema_editor):
    """Weights are whole points again; the tables of settlements go with the migration before."""
    apps.get_model("partybuilding", "SchemeItem").objects.update(weight=F("weight") / 100)


def uncomplete(apps, schema_editor):
    """Straight in the tables: what points at these rows is of tables that go with the migration before."""
    items, versions = (apps.get_model("partybuilding", name).objects for name in ("SchemeItem", "SchemeVersion"))
    added = list(versions.filter(scheme__street=None, number=2).values_list("pk", flat=True))
    items.filter(version_id__in=added)._raw_delete(schema_editor.connection.alias)
    versions.filter(pk__in=added)._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0012_settlements")]
    operations = [migrations.RunPython(settle, unsettle), migrations.RunPython(complete, uncomplete)]
