"""The three rates in the assessment are those of the page of the rates."""

from datetime import UTC, date, datetime
from fractions import Fraction

import time_machine
from django.urls import reverse

from districts.units.tree import move_unit
from partybuilding.appeals.models import Appeal, AppealRule
from partybuilding.appeals.rates.counting import raw_and_adjusted
from partybuilding.assessment.models import Node, ScoreSheet
from partybuilding.assessment.rollup.run import roll_up
from tests.cast import log_in, make_appeal, use_scheme

STREET = "槐花街道党建工作协调委员会"
CODES = ["appeals_response", "appeals_resolution", "appeals_satisfaction"]
CALLS = [
    ("东一社区", "solved", "satisfied", True),
    ("东一社区", "solved", "basically", True),
    ("东一社区", "partly", "dissatisfied", False),
    ("东二社区", "solved", "basically", True),
    ("西一社区", "unsolved", "unrated", True),
]


def a_month(street):
    moment = datetime(2026, 10, 5, 4, tzinfo=UTC)
    when = {"called_at": moment, "called_on": date(2026, 10, 5)}
    for unit, outcome, satisfaction, contacted in CALLS:
        said = {"outcome": outcome, "satisfaction": satisfaction, "is_contacted": contacted}
        make_appeal(street, unit, is_valid=True, **said, **when)
    make_appeal(street, "东一社区", is_valid=True, outcome="unsolved", is_contacted=True, is_excluded=True, **when)
    make_appeal(street, "东一社区", **when)  # nobody was called back
    make_appeal(street, STREET, is_valid=True, outcome="unsolved", is_recused=True, **when)
    use_scheme([(code, weight, 50, 90) for code, weight in zip(CODES, (10, 50, 40), strict=True)])


def shares(unit):
    nodes = Node.objects.filter(unit__name=unit, indicator__in=CODES).order_by("indicator")
    return {n.indicator.removeprefix("appeals_"): (n.part, n.whole) for n in nodes}


@time_machine.travel("2026-11-03 09:00+08:00")
def test_the_rollup_counts_what_the_page_counts(street, client):
    a_month(street)
    roll_up("2026-10")
    assert shares("东一社区") == {"response": (200, 3), "resolution": (200, 3), "satisfaction": (190, 3)}
    assert shares("东中心") == {"response": (300, 4), "resolution": (300, 4), "satisfaction": (280, 4)}
    root = street.units[STREET]
    rows = Appeal.objects.filter(street=root, is_recused=False).called_between(date(2026, 10, 1), date(2026, 10, 31))
    found = raw_and_adjusted(rows, root, date(2026, 10, 31))
    for name in ("东一社区", "东二社区", "西一社区", "东中心", STREET):
        kept = found[street.units[name].pk][1]
        for what, (part, whole) in shares(name).items():
            assert Fraction(part, 100 * whole) == getattr(kept, what), (name, what)
    assert roll_up("2026-10").written == 0
    log_in(client, street.people["secretary"])
    sheet = ScoreSheet.objects.get(unit__name="东一社区")
    page = client.get(reverse("sheet", args=[sheet.pk])).content.decode()
    assert ("1.9/3" in page, "63.3%" in page) == (True, True)
    records = client.get(reverse("sheet_records", args=[sheet.pk, "appeals_satisfaction"]))
    assert [r.counts for r in records.context["page_obj"]] == [0, 90, 100]


@time_machine.travel("2026-11-03 09:00+08:00")
def test_a_street_of_its_own_worth_and_a_community_moved_later(street):
    a_month(street)
    AppealRule.objects.create(
        street=street.units[STREET],
        response_weight=10,
        resolution_weight=50,
        satisfaction_weight=40,
        basically_worth=50,
        starts_on=date(2026, 10, 15),
        reason="测",
    )
    roll_up("2026-10")
    assert shares("东中心")["satisfaction"] == (200, 4)
    move_unit(street.units["东二社区"], street.units["西中心"], on=date(2026, 11, 2), reason="调整")
    assert roll_up("2026-10").written == 0
