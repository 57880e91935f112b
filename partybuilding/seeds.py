"""What a new database begins with, marked 示例口径 until a street confirms it: the migrations call these once.

Each takes the models of the moment, `apps`, of a migration or of today, and touches only what stands since that migration.
"""

from datetime import date

WORDS = "系统预置，待街道确认"
SCHEMES_FROM, RULES_FROM = date(2022, 9, 28), date(2020, 1, 1)
HOURS = {"urgent": 2, "rushed": 24, "normal": 7 * 24, "hard": 15 * 24}
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


def _models(apps, *names):
    return [apps.get_model("partybuilding", name) for name in names]


def default_scheme(apps):
    """Of the first release: one item, its weight in whole points."""
    schemes, versions, items = _models(apps, "Scheme", "SchemeVersion", "SchemeItem")
    scheme = schemes.objects.create(name="默认考核方案", is_example=True)
    version = versions.objects.create(scheme=scheme, number=1, starts_on=SCHEMES_FROM, reason=WORDS)
    items.objects.create(version=version, indicator="orders_on_time", weight=30, floor=6000, target=9500)


def whole_default_scheme(apps):
    """Version 2, with an item for each matter of the article."""
    versions, items = _models(apps, "SchemeVersion", "SchemeItem")
    first = versions.objects.get(scheme__street=None, number=1)
    same = {"scheme": first.scheme, "starts_on": first.starts_on, "reason": WORDS, "ranking": first.ranking}
    whole = versions.objects.create(number=2, state="approved", **same)
    for position, (group, code, weight, floor, target, tie) in enumerate(ITEMS, 1):
        worth = {"weight": weight, "floor": floor, "target": target, "tie_order": tie}
        items.objects.create(version=whole, position=position, group=group, indicator=code, **worth)


def appeal_rules(apps):
    """How the three rates are weighed and how long an appeal may take: published practice."""
    rules, limits = _models(apps, "AppealRule", "AppealLimit")
    weights = {"response_weight": 10, "resolution_weight": 50, "satisfaction_weight": 40, "basically_worth": 90}
    rules.objects.create(starts_on=RULES_FROM, reason=WORDS, **weights)
    for grade, hours in HOURS.items():
        limits.objects.create(grade=grade, hours=hours, starts_on=RULES_FROM, reason=WORDS)
