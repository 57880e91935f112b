"""Difficulty groups: ranked apart from a day on; a past month keeps the groups of its last day."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError

from partybuilding.assessment.models import PeerMember, ScoreSheet
from partybuilding.assessment.peers.actions import put_into_group
from partybuilding.assessment.rollup.run import catch_up, roll_up
from tests.cast import log_in, make_appeal, use_scheme

STREET = "槐花街道党建工作协调委员会"


@pytest.fixture
def months(street):
    """September and October alike: 东一社区 better than 东二社区, 西一社区 worst."""
    use_scheme([("appeals_resolution", 100, 0, 100)], ranking="leaders")
    for month in (9, 10):
        for unit, solved in (("东一社区", 3), ("东二社区", 2), ("西一社区", 1)):
            for n in range(3):
                outcome = "solved" if n < solved else "unsolved"
                make_appeal(street, unit, is_valid=True, outcome=outcome, called_on=date(2026, month, 5))
    return street


def ranks(month):
    rows = ScoreSheet.objects.filter(period__code=month, group="community").exclude(rank=None)
    return {s.unit.name: (s.peer, s.rank) for s in rows.select_related("unit")}


def put(street, names, day, name="老旧小区"):
    units = [street.units[n] for n in names]
    put_into_group(street.units[STREET], units, street.people["office"], name=name, starts_on=day, reason="会议议定")


@time_machine.travel("2026-10-20 09:00+08:00", tick=False)
def test_a_group_is_ranked_apart_from_its_day_on_and_the_past_stays(months):
    put(months, ["东二社区", "西一社区"], date(2026, 10, 1))
    roll_up("2026-09"), roll_up("2026-10")
    assert ranks("2026-09") == {"东一社区": ("", 1), "东二社区": ("", 2), "西一社区": ("", 3)}
    assert ranks("2026-10") == {"东一社区": ("", 1), "东二社区": ("老旧小区", 1), "西一社区": ("老旧小区", 2)}
    assert roll_up("2026-10").written == 0
    put(months, ["西一社区"], date(2026, 10, 15), name="")
    roll_up("2026-10")
    assert ranks("2026-10") == {"东一社区": ("", 1), "东二社区": ("老旧小区", 1), "西一社区": ("", 2)}
    assert list(PeerMember.objects.filter(unit__name="西一社区").values_list("starts_on", "ends_on")) == [
        (date(2026, 10, 1), date(2026, 10, 14))
    ]


@time_machine.travel("2026-10-20 09:00+08:00", tick=False)
def test_no_past_month_is_regrouped_and_the_page_says_so(months, client):
    with pytest.raises(ValidationError, match="过去的月份按当时的分组，不改"):
        put(months, ["东二社区"], date(2026, 9, 30))
    with pytest.raises(ValidationError, match="本来就不在任何难度组里"):
        put(months, ["东二社区"], date(2026, 10, 1), name="")
    log_in(client, months.people["office"])
    sent = {"name": "老旧小区", "units": [months.units["东二社区"].pk], "starts_on": "2026-09-30", "reason": "会"}
    wrong = client.post("/standings/peers/", sent)
    assert (wrong.status_code, "过去的月份按当时的分组，不改" in wrong.content.decode()) == (422, True)
    other = client.post("/standings/peers/", sent | {"units": [months.units["外社区"].pk], "starts_on": "2026-10-20"})
    assert (other.status_code, PeerMember.objects.count()) == (422, 0)
    assert client.post("/standings/peers/", sent | {"starts_on": "2026-10-20"}).status_code == 302
    far = {"unit": months.units["外社区"], "name": "外街道的组", "starts_on": date(2026, 10, 1), "reason": "会"}
    PeerMember.objects.create(**far, entered_by=months.people["stranger"])
    page = client.get("/standings/peers/").content.decode()
    assert ("老旧小区" in page, "外街道的组" in page) == (True, False)
    with time_machine.travel("2026-11-03 09:00+08:00"):
        roll_up("2026-10")
        log_in(client, months.people["leader"])
        page = client.get("/standings/2026-10/").content.decode()
        assert "社区 · 老旧小区" in page
        log_in(client, months.people["secretary"])
        assert "老旧小区" not in client.get("/standings/2026-10/").content.decode()


@time_machine.travel("2026-10-20 09:00+08:00", tick=False)
def test_a_group_planned_ahead_gives_way_to_one_that_begins_before_it(months):
    put(months, ["东二社区"], date(2026, 10, 1), name="甲组")
    put(months, ["东二社区"], date(2026, 12, 1), name="乙组")
    put(months, ["东二社区"], date(2026, 10, 15), name="丙组")
    assert list(PeerMember.objects.order_by("starts_on").values_list("name", "starts_on", "ends_on")) == [
        ("甲组", date(2026, 10, 1), date(2026, 10, 14)),
        ("丙组", date(2026, 10, 15), None),
    ]
    roll_up("2026-10")
    assert ranks("2026-10")["东二社区"] == ("丙组", 1)


@time_machine.travel("2026-10-20 09:00+08:00", tick=False)
def test_a_group_that_begins_this_month_is_ranked_apart_within_minutes(months):
    roll_up("2026-10")
    put(months, ["东二社区"], date(2026, 10, 15))
    catch_up("2026-10")
    assert ranks("2026-10")["东二社区"] == ("老旧小区", 1)
    assert roll_up("2026-10").written == 0
