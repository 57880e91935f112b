"""The month's standings: periods, the sheet of each unit and the records behind it."""

from datetime import timedelta

from django.utils import timezone

from partybuilding.assessment.models import ScoreSheet
from partybuilding.assessment.periods.months import month_code
from partybuilding.assessment.rollup.run import roll_up
from tests.access import expected as e
from tests.access.expected import OTHER
from tests.access.marks import Rows
from tests.access.rules import alone, each, known, may, may_in_street, over
from tests.cast import STREET


def period(world):
    return [((world.month,), None)]


def files(world):
    return [((world.month, "xlsx"), None), ((world.month, "docx"), None)]


def year(world):
    return [((world.month[:4],), None)]


def reads_monthly(login, record, world):
    return any(e.reaches(login, "view", name) for name in (STREET, OTHER))


MARKS = {"sheets": Rows(ScoreSheet, "", may("view", "unit"), ("unit",), why="sheet")}
GATE = {ScoreSheet: over("unit")}
URLS = {
    "standings": (alone, {"GET": known}),
    "standings_period": (period, {"GET": known}),
    "rollup": (period, {"GET": known, "POST": may_in_street("assess")}),
    "sheet": (each("sheets"), {"GET": may("view", "unit")}),
    "sheet_records": (each("sheets", "orders_on_time"), {"GET": may("view", "unit")}),
    "monthly": (period, {"GET": reads_monthly}),
    "monthly_file": (files, {"GET": reads_monthly}),
    "means": (year, {"GET": known}),
}
AFTER = ("orders", "appeals", "papers")


def seed(world):
    world.month = month_code(timezone.localdate() + timedelta(days=10))
    roll_up(world.month)
