"""The rollup: its figures equal a recount in plain Python, whatever moves afterwards; one literal number of queries."""

from datetime import date
from fractions import Fraction
from random import Random

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.template import Template
from django.test.utils import CaptureQueriesContext

from districts.posts.appointing import dismiss
from districts.posts.models import Appointment
from districts.records.dirty import mark_dirty
from districts.records.indicator import Indicator, Source
from districts.units.models import Placement, Unit
from districts.units.tree import add_unit, move_unit, retire_unit
from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import Node, ScoreSheet, Settlement, TreeRow
from partybuilding.assessment.rollup.run import catch_up, roll_up, rollup_job
from partybuilding.assessment.settling import actions as settling
from partybuilding.assessment.settling.verifying import verify_all
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import OrderAssignment
from tests.cast import LONG_AGO, log_in, make_appeal, make_log, make_order, only_orders, use_scheme
from tests.partybuilding.months import HANDLERS, at, make_case

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture
def october(street):
    """A month of shares: on time, late, returned then late, unreported, and one due after the month's end."""
    cases = [
        ("东一社区", 8, 7),
        ("东一社区", 9, 9),
        ("东一社区", 9, 10),
        ("东一社区", 12, None),
        ("东二社区", 14, 14),
        ("东二社区", 20, 28),
        ("西一社区", 21, 20),
        ("西一社区", 30, 30),
        ("城管科", 15, 15),
        ("东一社区", 35, 8),
    ]
    for unit, due, reported in cases:
        make_case(street, unit, due, reported)
    return street


def counts():
    return {(n.unit.name, n.part // 100, n.whole) for n in Node.objects.select_related("unit") if n.whole}


def leaves():
    """The units' own counts, at any level."""
    return {(n.unit.name, n.own_part // 100, n.own_whole) for n in Node.objects.select_related("unit") if n.own_whole}


def recount(first, last):
    """n/N of every unit by hand: raw rows and parent links of that day only."""
    placed = {
        p.unit_id: p.parent_id
        for p in Placement.objects.all()
        if p.starts_on <= last and (p.ends_on is None or p.ends_on >= last)
    }
    names, totals = dict(Unit.objects.values_list("pk", "name")), {}
    for share in OrderAssignment.objects.exclude(state="planned"):
        if not first <= share.due_on <= last:
            continue
        steps = list(share.steps.all())
        accepted = bool(steps) and steps[-1].verb == "accept"
        report = [s for s in steps if s.verb == "report"][-1] if accepted else None
        unit = share.unit_id
        while unit is not None:
            part, whole = totals.get(names[unit], (0, 0))
            totals[names[unit]] = (part + (accepted and report.taken_on <= share.due_on), whole + 1)
            unit = placed[unit]
    return {(name, part, whole) for name, (part, whole) in totals.items()}


def test_the_figures_are_the_literal_ones_and_equal_a_recount(october):
    roll_up("2026-10")
    assert leaves() == {("东一社区", 2, 4), ("东二社区", 1, 2), ("西一社区", 2, 2), ("城管科", 1, 1)}
    assert counts() == {
        ("东一社区", 2, 4),
        ("东二社区", 1, 2),
        ("西一社区", 2, 2),
        ("城管科", 1, 1),
        ("东中心", 3, 6),
        ("西中心", 2, 2),
        ("槐花街道党建工作协调委员会", 6, 9),
    }
    assert counts() == recount(FIRST, LAST)


def test_on_time_is_judged_at_the_report_that_was_accepted(street):
    make_case(street, "东一社区", due=20, reported=25, returned_on=15)  # the report in time was sent back
    make_case(street, "东二社区", due=20, reported=20)  # accepted on the 27th, a week after the due date
    roll_up("2026-10")
    assert leaves() == {("东一社区", 0, 1), ("东二社区", 1, 1)}


def test_scores_and_ranks(october):
    only_orders(least=5)
    roll_up("2026-10")
    sheets = {s.unit.name: (s.score, s.sample, s.rank, s.band) for s in ScoreSheet.objects.select_related("unit")}
    assert sheets["西中心"] == (None, 2, None, "不参评")  # fewer than 5: counted and shown, not scored
    assert sheets["东中心"] == (0, 6, 1, "待提升")  # 50 % is under the floor of 60 %
    assert sheets["西村"] == (None, 0, None, "不参评")  # nothing to count is not 0
    assert "城管科" not in sheets
    assert "槐花街道党建工作协调委员会" not in sheets


@pytest.mark.parametrize(
    ("part", "whole", "score"), [(7, 10, 2857), (5, 6, 6667), (19, 20, 10000), (3, 5, 0), (2, 3, 1905)]
)
def test_points_are_clamped_and_rounded_half_up_to_hundredths(street, part, whole, score):
    only_orders()
    for n in range(whole):
        make_case(street, "东一社区", due=20, reported=20 if n < part else None)
    roll_up("2026-10")
    sheet = ScoreSheet.objects.get(unit__name="东一社区")
    rate = Fraction(part, whole)
    points = int(100 * 100 * max(min((rate - Fraction(60, 100)) / Fraction(35, 100), 1), 0) + Fraction(1, 2))
    assert (sheet.score, points) == (score, score)


def test_ties_share_a_rank_and_the_next_is_skipped(street):
    only_orders()
    for unit in ("东一社区", "东二社区", "西一社区"):
        for n in range(5):
            make_case(street, unit, due=20, reported=None if unit == "西一社区" and n else 20)
    roll_up("2026-10")
    ranks = dict(ScoreSheet.objects.filter(group="community").values_list("unit__name", "rank"))
    assert {name: ranks[name] for name in HANDLERS if name in ranks} == {"东一社区": 1, "东二社区": 1, "西一社区": 3}


def test_a_run_says_how_far_it_is(october):
    said = []
    rollup_job(lambda *what: said.append(what), "2026-10")
    assert said == [(5, "读取组织架构"), (20, "数记录，2 个街道"), (85, "计分、排名")]


def test_a_second_run_writes_nothing(october):
    assert roll_up("2026-10").written > 0
    assert roll_up("2026-10").written == 0


def test_a_community_moved_after_the_month_leaves_it_identical(october):
    roll_up("2026-10")
    before = [list(m.objects.values_list()) for m in (TreeRow, Node, ScoreSheet)]
    with time_machine.travel("2026-11-20 09:00+08:00"):
        move_unit(october.units["东二社区"], october.units["西中心"], on=date(2026, 11, 5), reason="调整")
        assert roll_up("2026-10").written == 0
        assert [list(m.objects.values_list()) for m in (TreeRow, Node, ScoreSheet)] == before
        roll_up("2026-11")
        below = TreeRow.objects.filter(period__code="2026-11", ancestor__name="西中心").values_list(
            "descendant__name", flat=True
        )
        assert set(below) == {"西中心", "西一社区", "西村", "东二社区"}


def test_what_a_closed_community_did_counts_for_those_above_it_and_it_has_no_sheet(october):
    retire(october, "西一社区", last=date(2026, 10, 24))
    roll_up("2026-10")
    assert {("西一社区", 2, 2), ("西中心", 2, 2), ("槐花街道党建工作协调委员会", 6, 9)} <= counts()
    assert not ScoreSheet.objects.filter(unit__name="西一社区").exists()
    with at(27):
        mark_dirty([(october.units["西一社区"].pk, date(2026, 10, 21))])
        catch_up("2026-10")
    assert ("西中心", 2, 2) in counts()
    assert roll_up("2026-10").written == 0
    assert Settlement.objects.exclude(strays=0).count() == 0


def test_units_that_stood_nowhere_in_the_period_are_counted_and_told_to_the_office(october, client):
    retire(october, "西一社区", last=date(2026, 9, 24))
    assert roll_up("2026-10").strays == 1
    assert ("西中心", 2, 2) not in counts()
    assert dict(Settlement.objects.values_list("street__name", "strays")) == {
        "槐花街道党建工作协调委员会": 1,
        "外街道党建工作协调委员会": 0,
    }
    for login, is_told in (("office", True), ("secretary", False)):
        log_in(client, october.people[login])
        page = client.get("/standings/2026-10/").content.decode()
        assert ("1 个单位有记录而当期不在组织架构内，没有计入" in page) is is_told


def retire(street, name, last):
    """Close a unit after a day; its secretary leaves the day it closes."""
    with time_machine.travel("2026-11-02 09:00+08:00"):
        unit = street.units[name]
        for held in Appointment.objects.filter(unit=unit, ends_on=None):
            dismiss(held, on=last, reason="撤销")
        retire_unit(unit, on=last, reason="并入")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_in_which_records_and_runs_come_does_not_matter(street, seed):
    cases = [("东一社区", 8, 7), ("东一社区", 9, 10), ("东二社区", 14, 14), ("西一社区", 21, None), ("城管科", 15, 15)]
    Random(seed).shuffle(cases)
    for case in cases:
        make_case(street, *case)
        Random(seed + len(case[0])).choice([roll_up, catch_up])("2026-10")
    catch_up("2026-10")
    assert counts() == {
        ("东一社区", 1, 2),
        ("东二社区", 1, 1),
        ("西一社区", 0, 1),
        ("城管科", 1, 1),
        ("东中心", 2, 3),
        ("西中心", 0, 1),
        ("槐花街道党建工作协调委员会", 3, 5),
    }


def test_a_move_in_the_running_month_is_counted_within_minutes(street):
    with time_machine.travel("2026-10-12 10:00+08:00"):
        make_order(street, to=("东二社区",), days=5)
        roll_up("2026-10")
        move_unit(street.units["东二社区"], street.units["西中心"], on=date(2026, 10, 12), reason="调整")
        catch_up("2026-10")
        assert counts() == {("东二社区", 0, 1), ("西中心", 0, 1), ("槐花街道党建工作协调委员会", 0, 1)}
        assert roll_up("2026-10").written == 0


def test_insert_move_delete_repeat_never_leaves_a_stale_row(october):
    roll_up("2026-10")
    for day, unit in [(17, "西一社区"), (18, "东二社区"), (19, "东一社区")]:
        share = make_case(october, unit, due=day, reported=day)
        roll_up("2026-10")
        assert counts() == recount(FIRST, LAST)
        OrderAssignment.objects.filter(pk=share.pk).update(unit=october.units["东一社区"])
        roll_up("2026-10")
        assert counts() == recount(FIRST, LAST)
        OrderAssignment.objects.filter(pk=share.pk).update(due_on=date(2026, 12, 1))
        roll_up("2026-10")
        assert counts() == recount(FIRST, LAST)
    OrderAssignment.objects.filter(unit__name="西一社区").update(due_on=date(2026, 12, 1))
    roll_up("2026-10")
    assert ("西一社区", 2, 2) not in counts()
    assert ScoreSheet.objects.get(unit__name="西一社区").score is None


def test_the_number_of_queries_is_one_literal_at_24_and_at_240_units(street):
    """On SQLite 5 of them are of the tree; PostgreSQL drops and makes a table at once, which spares 4."""
    literal = {"sqlite": 26, "postgresql": 22}[connection.vendor]
    make_case(street, "东一社区", 8, 7)
    make_appeal(street, "东二社区", is_valid=True, called_on=date(2026, 10, 5))
    roll_up("2026-10")
    assert queries_of_a_run() == literal
    for n in range(240):
        add_unit("community", f"第{n}社区", parent=street.units["东中心"], on=LONG_AGO, reason="多")
    assert queries_of_a_run() == literal
    assert ScoreSheet.objects.count() == 248


def queries_of_a_run():
    with CaptureQueriesContext(
        connection,
    ) as captured:
        roll_up("2026-10")
    return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "SELECT pg_advisory"))])


def placed_logs():
    rows = Template("{% for log in page_obj %}<p>{{ log.text }}：{{ log.counts }}</p>{% endfor %}")
    logs = Source(
        "日志",
        lambda first, last: WorkLog.objects.filter(happened_on__range=(first, last)),
        "unit",
        rows,
        WorkLog.objects.all,
        lambda first, last: "/worklogs/",
        lambda rows: rows.order_by("counts"),
    )
    return Indicator("placed", "有地点", logs, Q(), ~Q(place=""), "测试用的指标")


def test_an_indicator_defined_only_here_goes_all_the_way_from_counts_to_the_sealed_sheet(street, client, monkeypatch):
    monkeypatch.setitem(INDICATORS, "placed", placed_logs())
    use_scheme([("placed", 100, 0, 100)])
    make_log(street, happened_on=date(2026, 10, 5), place="东门", text="有地点的一条")
    make_log(street, happened_on=date(2026, 10, 6))
    make_log(street, happened_on=date(2026, 11, 6), place="次月")
    with time_machine.travel("2026-11-03 09:00+08:00"):
        roll_up("2026-10")
        assert counts() == {("东一社区", 1, 2), ("东中心", 1, 2), ("槐花街道党建工作协调委员会", 1, 2)}
        settlement = Settlement.objects.select_related("period", "street").get(
            street=street.units["槐花街道党建工作协调委员会"]
        )
        settling.publish(settlement, street.people["office"])
    with time_machine.travel("2026-11-06 09:00+08:00"):
        settling.settle(settlement, street.people["office"])
    sheet = ScoreSheet.objects.get(unit__name="东一社区")
    assert (sheet.score, sheet.is_final, sheet.items[0]["code"]) == (5000, True, "placed")
    log_in(client, street.people["secretary"])
    assert "有地点 50.0%（" in client.get(f"/standings/sheets/{sheet.pk}/").content.decode()
    page = client.get(f"/standings/sheets/{sheet.pk}/placed/").content.decode()
    assert ("有地点 1/2" in page, "有地点的一条：100" in page, "次月" in page) == (True, True, False)
    assert [(v.broken, v.differs) for v in verify_all()] == [([], [])]


def test_the_command_says_what_it_did_and_refuses_a_month_it_cannot_read(street, capsys):
    call_command("rollup", "2026-10")
    assert capsys.readouterr().out.startswith("2026年10月：8 张得分单，8 个不参评")
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="周期“十月”写法不对，应如 2026-10。"):
        call_command("rollup", "十月")


def test_the_default_scheme_is_seeded_and_marked_as_an_example(street):
    roll_up("2026-10")
    version = Settlement.objects.first().version
    assert (version.scheme.is_example, version.min_sample, version.check_days) == (True, 5, 2)
    assert list(version.items.values_list("indicator", "weight", "floor", "target")) == [
        ("orders_on_time", 3000, 6000, 9500),
        ("appeals_response", 250, 8000, 9800),
        ("appeals_resolution", 1250, 5000, 8500),
        ("appeals_satisfaction", 1000, 5000, 8500),
        ("problems_solved", 1500, 4000, 9000),
        ("projects_finished", 1000, 5000, 9000),
        ("talent_tasks", 1000, 5000, 9000),
        ("survey_satisfaction", 1000, 5000, 9000),
    ]
