"""What was scored before keeps its figures under settlements; the default scheme gets all its items, marked 示例口径."""

from django.db import migrations
from django.db.models import F

# group, indicator, weight in hundredths of a point, floor and target in basis points, order in which rates part ties
ITEMS = [
    ("玉字令与交办事项", "orders_on_time", 3000, 6000, 9500, 1),
    ("接诉即办", "appeals_response", 250, 8000, 9800, None),
    ("接诉即办", "appeals_resolution", 1250, 5000, 8500, 2),
    ("接诉即办", "appeals_satisfaction", 1000, 5000, 8500, 3),
    ("重难点问题", "problems_solved", 1500, 4000, 9000, None),
    ("共建项目", "projects_finished", 1000, 5000, 9000, None),
    ("人才培育", "talent_tasks", 1000, 5000, 9000, None),
    ("群众满意度", "survey_satisfaction", 1000, 5000, 9000, None),
]


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
    version = apps.get_model("partybuilding", "SchemeVersion")
    first = version.objects.get(scheme__street=None, number=1)
    whole = version.objects.create(
        scheme=first.scheme, number=2, starts_on=first.starts_on, reason="系统预置，待街道确认", state="approved",
        ranking=first.ranking,
    )  # fmt: skip
    item = apps.get_model("partybuilding", "SchemeItem")
    for position, (group, code, weight, floor, target, tie) in enumerate(ITEMS, 1):
        item.objects.create(
            version=whole, position=position, group=group, indicator=code, weight=weight, floor=floor, target=target,
            tie_order=tie,
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0012_settlements")]
    operations = [migrations.RunPython(settle), migrations.RunPython(complete)]
