"""A city counts by regions, side by side; and an assessment month may end on another day than the calendar's."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from districts.jobs.models import Job
from districts.jobs.running import run
from districts.records.dirty import mark_dirty
from partybuilding.assessment.models import Node, Period, RegionStreet, SchemeVersion, ScoreSheet, Settlement
from partybuilding.assessment.periods.months import dates_of, month_of, months_to_roll_up, set_month_end
from partybuilding.assessment.periods.regions import region_of, regions, set_region
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.schemes.actions import draw_up
from tests.cast import make_appeal, make_order, only_orders, use_scheme
from yuqiao_portal.job_kinds import KINDS
from yuqiao_portal.tasks import catch_up_rollup, nightly_rollup

HERE, THERE = "槐花街道党建工作协调委员会", "外街道党建工作协调委员会"
OCTOBER = time_machine.travel("2026-10-12 10:00+08:00", tick=False)


def counted():
    return {n.unit.name: n.whole for n in Node.objects.select_related("unit") if n.whole}


@pytest.fixture
def work(street):
    """One share in each of two streets."""
    with OCTOBER:
        make_order(street, days=5)
        make_order(street, to=("外社区",), by="stranger", unit=THERE, days=5)
    return street


@OCTOBER
def test_a_region_is_counted_alone_and_leaves_the_others_as_they_are(work):
    set_region("城外", [THERE])
    outside = region_of(work.units[THERE].pk)
    roll_up("2026-10", region=outside)
    assert (counted()["外社区"], counted()[THERE], "东一社区" in counted()) == (1, 1, False)
    roll_up("2026-10", region=0)
    assert {"东一社区": 1, THERE: 1}.items() <= counted().items()
    make_order(work, days=6)
    make_order(work, to=("外社区",), by="stranger", unit=THERE, days=6)
    roll_up("2026-10", region=outside)
    assert (counted()["外社区"], counted()["东一社区"]) == (2, 1)
    roll_up("2026-10", street=work.units[HERE].pk)
    assert (counted()["外社区"], counted()["东一社区"]) == (2, 2)
    assert roll_up("2026-10").written == 0  # region by region is the same as all at once


@OCTOBER
def test_the_night_asks_for_a_job_for_every_region_once(work):
    set_region("城外", [THERE])
    nightly_rollup(), nightly_rollup()
    assert [(j.arguments["month"], j.arguments["region"]) for j in Job.objects.order_by("pk")] == [
        (month, region) for month in ("2026-09", "2026-10") for region in regions()
    ]
    for job in Job.objects.all():
        assert run(job.pk, KINDS)
    assert set(Job.objects.values_list("state", "progress")) == {("done", 100)}
    assert (counted()["外社区"], counted()["东一社区"]) == (1, 1)
    assert Settlement.objects.filter(rolled_up_at=None).count() == 0


@OCTOBER
def test_streets_with_schemes_of_their_own_are_counted_alike_alone_and_together(work):
    """A street's scheme may name what the other's does not: all of it is counted for both, whoever counts."""
    use_scheme([("orders_on_time", 100, 60, 95)])
    version = draw_up(
        work.units[THERE], SchemeVersion.objects.get(scheme__street=None, number=2), work.people["stranger"]
    )
    version.items.update(indicator="appeals_resolution")
    SchemeVersion.objects.filter(pk=version.pk).update(state="approved", starts_on=date(2026, 10, 1))
    for unit in ("东一社区", "外社区"):
        make_appeal(work, unit, is_valid=True, outcome="solved", called_on=date(2026, 10, 5))
    roll_up("2026-10")
    for name in (HERE, THERE):
        assert roll_up("2026-10", street=work.units[name].pk).written == 0
    assert roll_up("2026-10").written == 0
    assert Node.objects.get(unit__name="东一社区", indicator="appeals_resolution").whole == 1


def test_a_month_that_nobody_published_is_counted_on_for_a_year(work):
    with time_machine.travel("2026-10-12 10:00+08:00"):
        roll_up("2026-08")
        assert months_to_roll_up(date(2026, 10, 12)) == ["2026-08", "2026-09", "2026-10"]
        assert months_to_roll_up(date(2027, 10, 12)) == ["2027-09", "2027-10"]
        Settlement.objects.filter(street=work.units[HERE]).update(state="checking")
        assert months_to_roll_up(date(2026, 10, 12)) == ["2026-08", "2026-09", "2026-10"]  # the other street's
        make_appeal(work, "外社区", is_valid=True, outcome="solved", called_on=date(2026, 8, 30))
        mark_dirty([(work.units["外社区"].pk, date(2026, 8, 30))])
        catch_up_rollup()
    assert Node.objects.get(unit__name="外社区", indicator="appeals_resolution", period__code="2026-08").whole == 1


def test_a_region_is_set_by_name_or_code_and_goes_again(street, capsys):
    call_command("region", "城东", HERE)
    call_command("region", "城西", HERE, THERE)
    assert capsys.readouterr().out == "分区“城东”：1 个街道。\n分区“城西”：2 个街道。\n"
    assert set(RegionStreet.objects.values_list("region__name", "street__name")) == {("城西", HERE), ("城西", THERE)}
    with pytest.raises(CommandError, match="没有名称或代码为“东中心”的街道"):
        call_command("region", "城西", "东中心")
    assert RegionStreet.objects.count() == 2
    call_command("region", "城西")
    assert (RegionStreet.objects.count(), len(regions())) == (0, 2)  # 城东 stays, without streets


@pytest.mark.django_db
def test_months_follow_one_another_without_a_gap_whatever_day_they_end_on():
    assert dates_of("2026-02") == (date(2026, 2, 1), date(2026, 2, 28))
    set_month_end(18, "2026-11")
    set_month_end(None, "2027-02")
    assert [dates_of(code) for code in ("2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03")] == [
        (date(2026, 10, 1), date(2026, 10, 31)),
        (date(2026, 11, 1), date(2026, 11, 18)),
        (date(2026, 11, 19), date(2026, 12, 18)),
        (date(2026, 12, 19), date(2027, 1, 18)),
        (date(2027, 1, 19), date(2027, 2, 28)),
        (date(2027, 3, 1), date(2027, 3, 31)),
    ]
    assert [month_of(date(2026, 11, 18)), month_of(date(2026, 11, 19)), month_of(date(2026, 12, 31))] == [
        "2026-11",
        "2026-12",
        "2027-01",
    ]
    assert months_to_roll_up(date(2026, 11, 20)) == ["2026-11", "2026-12"]
    assert months_to_roll_up(date(2026, 12, 31)) == ["2026-12", "2027-01"]


def test_a_month_from_the_19th_to_the_18th_counts_what_falls_due_in_it(street):
    only_orders(least=1)
    set_month_end(18, "2026-10")
    with time_machine.travel("2026-10-10 10:00+08:00", tick=False):
        make_order(street, days=8)  # the 18th
        make_order(street, to=("西一社区",), days=9)  # the 19th
    roll_up("2026-10"), roll_up("2026-11")
    whole = {(s.period.code, s.unit.name): s.sample for s in ScoreSheet.objects.select_related("period", "unit")}
    assert (whole["2026-10", "东一社区"], whole["2026-10", "西一社区"]) == (1, 0)
    assert (whole["2026-11", "东一社区"], whole["2026-11", "西一社区"]) == (0, 1)


def test_the_months_that_were_counted_keep_their_days(street, capsys):
    roll_up("2026-10")
    with pytest.raises(ValidationError, match="2026-10 已经汇总过，起止日期不能再改"):
        set_month_end(18, "2026-09")
    call_command("month_ends", "18", since="2026-11")
    assert capsys.readouterr().out == "2026-11 的考核月为 2026-11-01 至 2026-11-18，以后依此类推。\n"
    assert Period.objects.get().ends_on == date(2026, 10, 31)
    for wrong in ("31", "十八"):
        with pytest.raises(CommandError, match=f"截止日“{wrong}”不对"):
            call_command("month_ends", wrong, since="2026-12")
    with pytest.raises(CommandError, match="写法不对"):
        call_command("month_ends", "18", since="明年")
