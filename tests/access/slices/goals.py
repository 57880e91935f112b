"""Goals of the year, one in each centre."""

from django.utils import timezone

from partybuilding.goals.models import Goal
from tests.access import expected as e
from tests.access.marks import Rows, mark
from tests.access.rules import alone, each, known, may, over

CENTERS = {"东中心": "commissioner", "西中心": "far_commissioner", "外中心": "stranger"}


def sets_goals(login, record, world):
    return any(e.reaches(login, "issue", center) for center in CENTERS)


MARKS = {"goals": Rows(Goal, "G", may("view", "unit", assigned=True), ("unit",), why="goal")}
GATE = {Goal: over("unit", assigned=True)}
URLS = {
    "goal_list": (alone, {"GET": known}),
    "goal_new": (alone, {"GET": sets_goals, "POST": sets_goals}),
    "goal_edit": (each("goals"), {"GET": may("issue", "unit"), "POST": may("issue", "unit")}),
}


def seed(world):
    street, year = world.street, timezone.localdate().year
    for center, by in CENTERS.items():
        given = {"unit": street.units[center], "year": year, "title": "目标"}
        goal = Goal.objects.create(**given, created_by=street.people[by])
        Goal.objects.filter(pk=goal.pk).update(title=f"目标{mark(goal)}", measure=f"衡量{mark(goal)}")
