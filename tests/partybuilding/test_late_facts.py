"""Late facts: every change of what is counted marks its unit and day, and counting those alone gives what a whole run gives."""

import re
from datetime import date
from random import Random

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts.records.dirty import DirtyKey, mark_dirty
from partybuilding.appeals.actions import assign, recuse
from partybuilding.appeals.exclusions.actions import answer_exclusion, ask_exclusion, review_suspension
from partybuilding.appeals.models import Exclusion
from partybuilding.assessment.models import Node, ScoreSheet, Settlement
from partybuilding.assessment.rollup.run import MOST_LATE, catch_up, roll_up
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import OrderAssignment
from tests.cast import make_appeal, make_order, only_orders, share_of
from yuqiao_portal.operations.cleaning import clean_up
from yuqiao_portal.tasks import catch_up_rollup

OCTOBER = time_machine.travel("2026-10-12 10:00+08:00", tick=False)


def keys():
    """What waits but for the building of the cast's own tree, on the day of the test run."""
    return {(k.unit.name, k.day) for k in DirtyKey.objects.filter(is_structural=False).select_related("unit")}


def figures():
    return {
        (n.unit.name, n.indicator): (n.part // 100, n.whole) for n in Node.objects.select_related("unit") if n.whole
    }


def a_whole_run_finds_nothing():
    assert catch_up("2026-10").written >= 0
    assert not [day for _, day in keys() if day.month == 10]
    assert roll_up("2026-10").written == 0


@OCTOBER
def test_catching_up_one_month_leaves_the_marks_of_others(street):
    roll_up("2026-10")
    make_order(street, to=("东一社区",), days=5)
    make_order(street, to=("东二社区",), days=30)
    catch_up("2026-10")
    assert keys() == {("东二社区", date(2026, 11, 11))}


@OCTOBER
def test_a_share_marks_the_days_it_leaves_and_the_days_it_comes_to(street):
    share = share_of(make_order(street, days=5), "东一社区")
    assert keys() == {("东一社区", date(2026, 10, 17))}
    roll_up("2026-10")
    assert keys() == set()
    actions.receive(share, street.people["secretary"])
    assert keys() == set()  # a receipt counts nowhere
    actions.ask_extension(share, street.people["secretary"], note="下雨", until=date(2026, 10, 30))
    assert keys() == {("东一社区", date(2026, 10, 17))}
    a_whole_run_finds_nothing()
    assert figures() == {}
    actions.answer_extension(share, street.people["office"], is_granted=True)
    assert keys() == {("东一社区", date(2026, 10, 17)), ("东一社区", date(2026, 10, 30))}
    a_whole_run_finds_nothing()
    assert figures()["东一社区", "orders_on_time"] == (0, 1)
    actions.report(share, street.people["secretary"], note="好了")
    assert keys() == set()  # nothing is done before it is accepted
    actions.accept(share, street.people["office"])
    assert keys() == {("东一社区", date(2026, 10, 30))}
    a_whole_run_finds_nothing()
    assert figures()["东中心", "orders_on_time"] == (1, 1)


@OCTOBER
def test_an_appeal_that_goes_elsewhere_is_counted_anew_in_both_places(street):
    said = {"is_valid": True, "is_contacted": True, "outcome": "solved", "satisfaction": "satisfied"}
    appeal = make_appeal(street, called_on=date(2026, 10, 3), **said)
    roll_up("2026-10")
    assert figures()["东中心", "appeals_resolution"] == (1, 1)
    assign(appeal, street.people["office"], to_unit=street.units["西一社区"])
    assert keys() == {("东一社区", date(2026, 10, 3)), ("西一社区", date(2026, 10, 3))}
    a_whole_run_finds_nothing()
    assert "东中心" not in {name for name, _ in figures()}
    assert figures()["西中心", "appeals_resolution"] == (1, 1)
    recuse(appeal, street.people["office"], street.people["far_secretary"])
    a_whole_run_finds_nothing()
    assert figures() == {}


@OCTOBER
def test_what_is_set_aside_and_comes_back_is_counted_anew(street):
    said = {"is_valid": True, "is_contacted": True, "outcome": "unsolved", "satisfaction": "dissatisfied"}
    appeal = make_appeal(street, called_on=date(2026, 10, 3), **said)
    roll_up("2026-10")
    exclusion = ask_exclusion(
        appeal,
        street.people["secretary"],
        reason="outside",
        note="要等规划",
        kind=Exclusion.Kind.SUSPENDED,
        review_on=date(2026, 12, 1),
    )
    assert keys() == set()
    answer_exclusion(exclusion, street.people["office"], is_granted=True, paper="区里批复")
    assert keys() == {("东一社区", date(2026, 10, 3))}
    a_whole_run_finds_nothing()
    assert figures() == {}
    review_suspension(exclusion, street.people["office"], is_over=True, note="已解决")
    a_whole_run_finds_nothing()
    assert figures()["东一社区", "appeals_resolution"] == (0, 1)


@OCTOBER
def test_only_the_units_that_were_marked_are_counted_anew(street):
    for unit in ("东一社区", "西一社区"):
        make_order(street, to=(unit,), days=5)
    roll_up("2026-10")
    OrderAssignment.objects.update(due_on=date(2026, 12, 1))  # behind the portal's back
    mark_dirty([(street.units["东一社区"].pk, date(2026, 10, 17))])
    catch_up("2026-10")
    assert {name for name, _ in figures()} == {"西一社区", "西中心", "槐花街道党建工作协调委员会"}


@OCTOBER
def test_a_month_without_a_run_gets_a_whole_one_and_a_street_that_checks_waits(street):
    make_order(street, days=5)
    catch_up("2026-10")
    assert figures()["东一社区", "orders_on_time"] == (0, 1)
    make_order(street, to=("东二社区",), days=6)
    Settlement.objects.update(state=Settlement.State.CHECKING)
    assert catch_up("2026-10").written == 0
    assert keys() == {("东二社区", date(2026, 10, 18))}  # kept for the run that may count it


@OCTOBER
def test_the_worker_counts_what_is_late_by_itself(street):
    roll_up("2026-09"), roll_up("2026-10")
    make_order(street, days=5)
    catch_up_rollup()
    assert (figures()["东一社区", "orders_on_time"], keys()) == ((0, 1), set())


@OCTOBER
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_in_whatever_order_nothing_stale_is_left(street, seed):
    only_orders(least=1)
    rng, people = Random(seed), street.people
    handlers = {"东一社区": "secretary", "东二社区": "neighbour", "西一社区": "far_secretary"}
    roll_up("2026-10")
    shares = []
    for _ in range(25):
        what = rng.choice(["order", "step", "step", "step", "catch up"])
        if what == "order":
            unit = rng.choice(list(handlers))
            shares.append(share_of(make_order(street, to=(unit,), days=rng.choice([3, 9, 30])), unit))
        elif what == "step" and shares:
            _next_step(rng, rng.choice(shares), people, handlers)
        else:
            catch_up("2026-10")
    a_whole_run_finds_nothing()
    assert ScoreSheet.objects.filter(score__isnull=False).exists()


def _next_step(rng, share, people, handlers):
    share.refresh_from_db()
    handler, office = people[handlers[share.unit.name]], people["office"]
    if share.state == "issued":
        actions.receive(share, handler)
    elif share.state == "received":
        if rng.random() < 0.4:
            actions.ask_extension(share, handler, note="等料", until=date(2026, 11, 20))
        else:
            actions.report(share, handler, note="好了")
    elif share.state == "paused":
        actions.answer_extension(share, office, is_granted=rng.random() < 0.5, note="按规定")
    elif share.state == "reported":
        rng.choice([lambda: actions.accept(share, office), lambda: actions.send_back(share, office, note="再看")])()
    elif share.state == "returned":
        actions.report(share, handler, note="改好了")


@OCTOBER
def test_more_marks_than_are_looked_up_one_by_one_make_a_whole_run(street):
    only_orders(least=1)
    make_order(street, to=("西一社区",), days=5)
    roll_up("2026-10")
    Node.objects.filter(unit=street.units["西一社区"]).delete()  # only a whole run looks there
    make_order(street, to=("东一社区",), days=5)
    catch_up("2026-10")
    assert ("西一社区", "orders_on_time") not in figures()
    unit = street.units["东一社区"]
    DirtyKey.objects.bulk_create(DirtyKey(unit=unit, day=date(2026, 10, 17)) for _ in range(MOST_LATE + 1))
    catch_up("2026-10")
    assert (figures()["西一社区", "orders_on_time"], keys()) == ((0, 1), set())
    assert roll_up("2026-10").written == 0


def test_no_run_deletes_rows_by_looking_them_up_in_their_own_table(street):
    """Planned for an empty table, such a statement compares each row with each: minutes for five thousand marks."""
    only_orders(least=1)
    make_order(street, days=5)
    with CaptureQueriesContext(connection) as asked:
        roll_up("2026-10")
        make_order(street, to=("西一社区",), days=5)
        catch_up("2026-10")
        clean_up()
    deleted = [q["sql"] for q in asked.captured_queries if q["sql"].startswith("DELETE")]
    assert any("districts_dirtykey" in sql for sql in deleted)
    assert [sql for sql in deleted if re.search(r'^DELETE FROM "(\w+)".*SELECT (\w+)\."id" FROM "\1"', sql)] == []
