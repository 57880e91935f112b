"""A random city: the engine's figures are those of a recount in plain Python, for every unit and indicator."""

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from districts.posts.models import User
from districts.records.dirty import mark_dirty
from districts.units.models import Placement, Unit
from districts.units.tree import move_unit
from partybuilding.appeals.models import Appeal
from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import Node, Period, ScoreSheet, SurveyFigure
from partybuilding.assessment.rollup.run import catch_up, roll_up
from partybuilding.assessment.scoring.explaining import records_of
from partybuilding.matters.orders.models import AssignmentStep, OrderAssignment
from tests.cast import seed_scheme
from tests.processes import environment

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
WORTH = {"satisfied": 100, "basically": 90}
# weight, floor and target of the default scheme, as 示例口径 states them
SCHEME = {
    "orders_on_time": (3000, 60, 95),
    "appeals_response": (250, 80, 98),
    "appeals_resolution": (1250, 50, 85),
    "appeals_satisfaction": (1000, 50, 85),
}


@pytest.fixture
def city(db):
    seed_scheme()
    call_command("make_city", here=True, streets=3, months=2, until="2026-10", verbosity=0)
    shake(Random(29))


def shake(rng):
    """What a made-up city is too tidy for: moved communities, other units, days and answers."""
    communities = list(Unit.objects.filter(kind="community"))
    with time_machine.travel("2026-11-03 09:00+08:00"):
        for unit in rng.sample(communities, 4):
            unit.refresh_from_db()
            centers = Unit.objects.filter(kind="center", tree_id=unit.tree_id).exclude(pk=unit.parent_id)
            day = rng.choice([date(2026, 10, 20), date(2026, 11, 2)])
            move_unit(unit, rng.choice(list(centers)), on=day, reason="调整")
    for appeal in rng.sample(list(Appeal.objects.all()), 300):
        appeal.outcome = rng.choice(["solved", "partly", "unsolved"])
        appeal.satisfaction = rng.choice(["satisfied", "basically", "dissatisfied", "unrated"])
        appeal.is_valid, appeal.is_excluded = rng.random() < 0.8, rng.random() < 0.1
        appeal.is_contacted = rng.choice([True, False, None])
        appeal.called_on = date(2026, rng.choice([9, 10, 11]), rng.randint(1, 30))
        appeal.save()
    for share in rng.sample(list(OrderAssignment.objects.all()), 200):
        share.due_on = date(2026, rng.choice([9, 10, 11]), rng.randint(1, 30))
        share.state = rng.choice(["accepted", "received", "paused", "planned"])
        share.save()


def recount(first=FIRST, last=LAST):
    """{(unit, indicator): (hundredths, whole)} from raw rows, one after another, up the parent links of the last day."""
    totals, parents = Counter(), {}
    for place in Placement.objects.all():
        if place.starts_on <= last and (place.ends_on is None or place.ends_on >= last):
            parents[place.unit_id] = place.parent_id

    def count(unit, code, part, whole=1):
        while unit is not None:
            totals[unit, code, "part"] += part
            totals[unit, code, "whole"] += whole
            unit = parents[unit]

    accepted = {
        s.assignment_id: s.report for s in AssignmentStep.objects.filter(verb="accept").select_related("report")
    }
    for share in OrderAssignment.objects.all():
        if first <= share.due_on <= last and share.state not in {"planned", "paused", "open", "claimed", "lost"}:
            report = accepted.get(share.pk)
            count(share.unit_id, "orders_on_time", 100 if report and report.taken_on <= share.due_on else 0)
    for appeal in Appeal.objects.all():
        if first <= appeal.called_on <= last and appeal.is_valid and not appeal.is_excluded and not appeal.is_recused:
            if appeal.is_contacted is not None:
                count(appeal.unit_id, "appeals_response", 100 if appeal.is_contacted else 0)
            count(appeal.unit_id, "appeals_resolution", 100 if appeal.outcome == "solved" else 0)
            count(appeal.unit_id, "appeals_satisfaction", WORTH.get(appeal.satisfaction, 0))
    for figure in SurveyFigure.objects.filter(survey__state="confirmed").select_related("survey"):
        if first <= figure.survey.measured_on <= last:
            count(figure.unit_id, "survey_satisfaction", 100 * figure.part, figure.whole)
    return {(u, c): (totals[u, c, "part"], totals[u, c, "whole"]) for u, c, _ in totals}


def stored(month="2026-10"):
    rows = Node.objects.filter(period__code=month, whole__gt=0)
    return {(n.unit_id, n.indicator): (n.part, n.whole) for n in rows}


def scores_by_hand(counts):
    """{unit: score in hundredths} of the default scheme in exact halves-up arithmetic."""
    scores = {}
    for unit in Unit.objects.filter(kind__in=["center", "community"]):
        points = weights = 0
        for code, (weight, floor, target) in SCHEME.items():
            part, whole = counts.get((unit.pk, code), (0, 0))
            if whole >= 5:
                weights += weight
                above = min(max(part - floor * whole, 0), (target - floor) * whole)
                points += (2 * weight * above + (target - floor) * whole) // (2 * (target - floor) * whole)
        scores[unit.pk] = (2 * 10000 * points + weights) // (2 * weights) if weights else None
    return scores


def test_a_random_city_counts_as_a_plain_recount_does(city):
    roll_up("2026-10")
    counts = recount()
    assert len(counts) > 4 * 72
    assert stored() == counts
    assert dict(ScoreSheet.objects.values_list("unit", "score")) == scores_by_hand(counts)
    assert roll_up("2026-10").written == 0


@pytest.mark.django_db
def test_every_month_of_the_demo_counts_as_a_plain_recount_does_and_every_number_has_its_records():
    seed_scheme()
    call_command("load_demo", "--here-too", "--until", "2026-10", verbosity=0)
    months = list(Period.objects.all())
    for month in months:
        if not month.settlements.exclude(state="open").exists():
            roll_up(month.code)  # the survey came after the demo's last run
        assert stored(month.code) == recount(month.starts_on, month.ends_on) != {}
    assert len(months) == 5
    shown = list(ScoreSheet.objects.current().filter(is_final=True).select_related("period", "settlement", "unit"))
    for sheet in Random(3).sample(shown, 12):
        for item in sheet.items:
            if indicator := INDICATORS.get(item["code"]):
                records = records_of(sheet, indicator)
                assert sum(r.counts for r in records) == item["part"]


def test_late_facts_of_a_random_city_count_as_a_plain_recount_does(city):
    roll_up("2026-10")
    rng = Random(31)
    for _ in range(3):
        late = rng.sample(list(Appeal.objects.filter(called_on__range=(FIRST, LAST))), 20)
        for appeal in late:
            mark_dirty([(appeal.unit_id, appeal.called_on)])
            other = rng.choice(list(Unit.objects.filter(kind="community", tree_id=appeal.street.tree_id)))
            Appeal.objects.filter(pk=appeal.pk).update(unit=other, outcome="unsolved")
            mark_dirty([(other.pk, appeal.called_on)])
        catch_up("2026-10")
        assert stored() == recount()
    assert roll_up("2026-10").written == 0


def test_a_city_is_the_same_every_time_and_goes_into_an_empty_database_only(db, capsys):
    seed_scheme()
    call_command("make_city", here=True, streets=2, months=1)
    assert capsys.readouterr().out == "虚构城市已装好：2 个街道，86 个单位，2026-10 至 2026-10 共 3600 条可计的记录。\n"
    assert (Appeal.objects.count(), Appeal.objects.filter(outcome="solved").count()) == (2640, 1584)
    with pytest.raises(CommandError, match="虚构城市只能装进空库"):
        call_command("make_city", here=True, streets=1)
    assert Unit.objects.count() == 86


@pytest.mark.django_db(transaction=True)
def test_without_a_word_the_city_has_a_database_of_its_own(capsys, monkeypatch):
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    user = User.objects.create_user("someone")
    try:
        call_command("make_city", streets=1, months=1)
        said = capsys.readouterr().out
        assert said.startswith("虚构城市已装好：1 个街道，43 个单位，2026-10 至 2026-10 共 1800 条可计的记录。")
        with pytest.raises(CommandError, match="虚构城市只能装进空库"):
            call_command("make_city", streets=1, months=1)
    finally:
        drop_the_city()
    assert (Unit.objects.count(), User.objects.get()) == (0, user)


def drop_the_city():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{connection.settings_dict["NAME"]}_city"')
    else:
        for file in Path(connection.settings_dict["NAME"]).parent.glob("city.sqlite3*"):
            file.unlink()
