"""Scores: Python and SQL agree to the hundredth; what is too small drops out; half the weight is needed to be ranked."""

import json
import random
from datetime import date

import pytest
import time_machine
from django.core.management import CommandError, call_command

from districts.posts.appointing import appoint
from districts.units.models import Unit
from partybuilding.assessment.models import SchemeItem, SchemeVersion, ScoreSheet, Settlement
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.scoring.explaining import gains, items_of, items_of_sheets
from partybuilding.assessment.scoring.items import Item, is_ranked, ranks, tie_key, total
from partybuilding.assessment.standings.firmness import Firmness, firmness
from tests.cast import LONG_AGO, log_in, make_appeal, make_order, only_orders, share_of, use_scheme

COMMUNITIES = ["东一社区", "东二社区", "西一社区", "西村"]


def item(part, whole, **settings):
    values = {
        "rule": "linear",
        "weight": 3000,
        "floor": 6000,
        "target": 9500,
        "tie_order": None,
        "least": 1,
        **settings,
    }
    return Item(code="orders_on_time", group="事项", part=100 * part, whole=whole, **values)


@pytest.mark.parametrize(
    ("part", "whole", "settings", "points"),
    [
        (19, 20, {}, 3000),  # at the target
        (20, 20, {}, 3000),  # above it: clamped
        (6, 10, {}, 0),  # at the floor
        (7, 9, {}, 1524),  # 30 x (77.7̅ - 60) / 35 = 15.238
        (0, 0, {}, None),  # nothing to count is not 0
        (4, 4, {"least": 5}, None),  # under the least sample
        (5, 5, {"least": 5}, 3000),
        (18, 20, {"rule": "threshold"}, 0),  # 90 % is under a target of 95 %
        (19, 20, {"rule": "threshold"}, 3000),
        (1, 3, {"floor": 0, "target": 10000, "weight": 250}, 83),
        (1, 2, {"floor": 0, "target": 10000, "weight": 25}, 13),  # 12.5 hundredths: half up
    ],
)
def test_points_of_an_item(part, whole, settings, points):
    assert item(part, whole, **settings).points == points


def test_what_drops_out_leaves_its_weight_to_the_rest():
    rest = [item(19, 20), item(1, 4, least=5, weight=2000), item(0, 0, weight=5000)]
    assert total(rest) == (10000, 3000)
    assert (is_ranked(10000, 3000), is_ranked(10000, 5000), is_ranked(None, 0)) == (False, True, False)
    assert total([item(1, 4, least=5)]) == (None, 0)


def test_ties_share_a_rank_after_the_tie_break():
    rows = [
        ("a", "g", 90, 10000, 5),
        ("b", "g", 90, 10000, 7),
        ("c", "g", 90, 10000, 5),
        ("d", "g", 80, 10000, 9),
        ("e", "g", 99, 4999, 9),
        ("f", "h", 10, 10000, 0),
    ]
    assert ranks(rows) == {"b": 1, "a": 2, "c": 2, "d": 4, "f": 1}
    first, second = item(1, 2, tie_order=1), item(1, 1, tie_order=2)
    assert tie_key([first, second]) > tie_key([item(49, 100, tie_order=1), second]) > tie_key([second])


def a_random_month(street, seed):
    """Orders due in October and appeals of that month in every community, at random."""
    rng = random.Random(seed)
    with time_machine.travel("2026-10-02 09:00+08:00", tick=False):
        for unit in COMMUNITIES:
            for _ in range(rng.randrange(8)):
                share = share_of(make_order(street, to=(unit,), days=rng.randrange(1, 20)), unit)
                if rng.random() < 0.6:
                    type(share).objects.filter(pk=share.pk).update(due_on=date(2026, 10, rng.randrange(3, 30)))
    for unit in COMMUNITIES:
        for _ in range(rng.randrange(12)):
            make_appeal(
                street,
                unit,
                is_valid=rng.random() < 0.9,
                outcome=rng.choice(["solved", "partly", "unsolved"]),
                satisfaction=rng.choice(["satisfied", "basically", "dissatisfied"]),
                is_contacted=rng.random() < 0.9,
                called_on=date(2026, 10, rng.randrange(1, 31)),
            )


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_rollups_sql_and_the_python_rules_agree(street, seed):
    rng = random.Random(seed)
    a_random_month(street, seed)
    use_scheme(
        [
            ("orders_on_time", 30, 0, 95),
            ("appeals_response", 2.5, 20, 98),
            ("appeals_resolution", 12.5, 10, 85),
            ("appeals_satisfaction", 45, 5, 85),
            ("problems_solved", 10, 40, 90),
        ],
        least=rng.choice([0, 1, 3]),
        ranking="street",
    )
    SchemeItem.objects.filter(indicator="appeals_response").update(rule="threshold", tie_order=1)
    SchemeItem.objects.filter(indicator="orders_on_time").update(tie_order=2)
    roll_up("2026-10")
    sheets = list(ScoreSheet.objects.select_related("settlement__version"))
    items = items_of_sheets(sheets)
    stored = {s.unit_id: (s.score, s.weight, s.sample, s.rank) for s in sheets}
    by_street = {}
    for sheet in sheets:
        by_street.setdefault(sheet.street_id, []).append(sheet)
    recounted = {}
    for some in by_street.values():
        found = ranks([(s.unit_id, (s.group, s.peer), *total(items[s.pk]), tie_key(items[s.pk])) for s in some])
        for s in some:
            recounted[s.unit_id] = (*total(items[s.pk]), sum(i.whole for i in items[s.pk]), found.get(s.unit_id))
    assert stored == recounted
    assert any(score for score, *_ in stored.values())


def test_no_rank_is_stored_where_the_scheme_does_not_rank(street):
    only_orders(ranking="off")
    a_random_month(street, 1)
    roll_up("2026-10")
    assert set(ScoreSheet.objects.values_list("rank", flat=True)) == {None}
    SchemeVersion.objects.update(ranking="leaders")
    roll_up("2026-10")
    assert 1 in set(ScoreSheet.objects.values_list("rank", flat=True))


def test_what_would_move_a_unit_up(street):
    use_scheme([("orders_on_time", 60, 0, 50), ("appeals_resolution", 40, 0, 100)])
    with time_machine.travel("2026-10-02 09:00+08:00", tick=False):
        for _ in range(4):
            make_order(street, to=("东一社区",), days=10)
    for outcome in ("solved", "unsolved"):
        make_appeal(street, "东一社区", is_valid=True, outcome=outcome, called_on=date(2026, 10, 5))
    roll_up("2026-10")
    sheet = ScoreSheet.objects.select_related("settlement__version").get(unit__name="东一社区")
    assert sheet.score == 2000
    assert gains(sheet, items_of(sheet)) == [("按期办结率", 2, 8000), ("12345 解决率", 1, 4000)]


def test_a_rank_by_a_hair_is_loose_and_one_by_a_mile_is_firm():
    def sheet(pk, rank):
        return ScoreSheet(pk=pk, group="community", rank=rank, bonus=0)

    sheets = [sheet(1, 1), sheet(2, 2), sheet(3, 3), sheet(4, None)]
    plain = {"floor": 0, "target": 10000, "weight": 10000}
    items = {
        1: [item(31, 50, **plain)],
        2: [item(30, 50, **plain)],
        3: [item(3, 50, **plain)],
        4: [item(0, 0, **plain)],
    }
    found = firmness(sheets, items, seed=7)
    assert (found[3], found[1].best, found[1].worst, found[2].best, found[2].worst) == (Firmness(100, 3, 3), 1, 2, 1, 2)
    assert found[2].kept < 100
    assert set(found) == {1, 2, 3}
    assert firmness(sheets, items, seed=7) == found


def test_the_standings_command_prints_what_the_pages_show(street, capsys):
    use_scheme([("appeals_resolution", 100, 0, 100)], ranking="street")
    Unit.objects.filter(pk=street.units["槐花街道党建工作协调委员会"].pk).update(code="HUAIHUA")
    for unit, outcome in (("东一社区", "solved"), ("东二社区", "unsolved")):
        make_appeal(street, unit, is_valid=True, outcome=outcome, called_on=date(2026, 10, 5))
    with pytest.raises(CommandError, match="还没有汇总，请先运行 rollup 2026-10"):
        call_command("standings", "2026-10", street="HUAIHUA")
    with time_machine.travel("2026-11-03 09:00+08:00"):
        roll_up("2026-10")
    call_command("standings", "2026-10", "--json", street="HUAIHUA")
    said = json.loads(capsys.readouterr().out)
    assert (said["period"], said["street"], said["state"]) == ("2026-10", "槐花街道党建工作协调委员会", "open")
    counts = {"appeals_resolution": {"part": 1.0, "whole": 1, "points": 100.0}}
    assert said["groups"]["community"][0] == {
        "unit": "东一社区",
        "score": 100.0,
        "rank": 1,
        "band": "好",
        "is_final": False,
        "items": counts,
        "peer": "",
        "bonus": 0.0,
        "is_eligible": True,
    }
    call_command("standings", "2026-10", street="HUAIHUA")
    assert "2\t东二社区\t0.00\t待提升\n—\t西一社区\t不参评\t不参评\n" in capsys.readouterr().out


def test_a_sheet_says_what_changed_since_the_month_before(street, client):
    use_scheme([("appeals_resolution", 100, 0, 100)])
    for month, outcome in ((9, "solved"), (10, "unsolved")):
        make_appeal(street, "东一社区", is_valid=True, outcome=outcome, called_on=date(2026, month, 5))
        roll_up(f"2026-{month:02d}")
    log_in(client, street.people["secretary"])
    sheet = ScoreSheet.objects.get(unit__name="东一社区", period__code="2026-10")
    before = ScoreSheet.objects.get(unit__name="东一社区", period__code="2026-09")
    page = client.get(f"/standings/sheets/{sheet.pk}/").content.decode()
    assert (
        f'2026年9月：<a href="/standings/sheets/{before.pk}/appeals_resolution/">1/1</a>，得 100.00 分；本期少 100.00 分，'
        f'<a href="/standings/sheets/{sheet.pk}/appeals_resolution/">看是哪些记录</a>（没有做到的排在前面）。' in page
    )


def two_communities(street, ranking):
    """东一社区 first of two, both communities with the same score but not the same first rate; settled."""
    version = use_scheme([("appeals_resolution", 50, 0, 100), ("appeals_response", 50, 0, 100)], ranking=ranking)
    version.items.filter(indicator="appeals_resolution").update(tie_order=1)
    for unit, solved, contacted in (("东一社区", "solved", False), ("西一社区", "unsolved", True)):
        make_appeal(street, unit, is_valid=True, outcome=solved, is_contacted=contacted, called_on=date(2026, 10, 5))
    with time_machine.travel("2026-11-03 09:00+08:00"):
        roll_up("2026-10")
    return {s.unit.name: s for s in ScoreSheet.objects.select_related("unit")}


def test_a_rank_says_among_how_many_and_what_parted_equal_scores(street, client):
    sheets = two_communities(street, "leaders")
    assert (sheets["东一社区"].score, sheets["西一社区"].score) == (5000, 5000)
    said = "名次：社区共 2 个参加排名，本单位第 2 名；同分的先比12345 解决率。片区得分不作为党建专员个人评价。"
    bands = "分档：90 分以上好，80 分以上较好，60 分以上一般，以下待提升。"
    for login, shown in (("leader", True), ("far_secretary", False)):
        log_in(client, street.people[login])
        page = client.get(f"/standings/sheets/{sheets['西一社区'].pk}/").content.decode()
        assert (said in page, bands in page) == (shown, True)


def test_standings_open_to_the_street_show_ranks_and_scores_of_all_once_settled_and_nothing_below(street, client):
    sheets = two_communities(street, "street")
    log_in(client, street.people["secretary"])
    assert "西一社区" not in table_of(client)  # not settled
    Settlement.objects.filter(street=street.units["槐花街道党建工作协调委员会"]).update(state="final", runs=1)
    table = table_of(client)
    assert f'<a href="/standings/sheets/{sheets["东一社区"].pk}/">东一社区</a>' in table
    assert ("西一社区" in table, f"/standings/sheets/{sheets['西一社区'].pk}/" in table) == (True, False)
    assert client.get(f"/standings/sheets/{sheets['西一社区'].pk}/").status_code == 404
    log_in(client, street.people["strange_secretary"])
    assert "西一社区" not in table_of(client)  # the other street's


def table_of(client):
    page = client.get("/standings/2026-10/").content.decode()
    return page[page.find("<h2>社区</h2>") :]


def test_whoever_has_posts_in_several_streets_sees_one_at_a_time(street, client):
    two_communities(street, "leaders")
    there = street.units["外街道党建工作协调委员会"]
    appoint(street.people["leader"], "street_leader", there, starts_on=LONG_AGO, reason="兼任")
    log_in(client, street.people["leader"])
    first = client.get("/standings/2026-10/").content.decode()
    second = client.get(f"/standings/2026-10/?street={there.pk}").content.decode()
    assert ("东一社区</a>" in first, "外社区</a>" in first) == (True, False)
    assert ("东一社区</a>" in second, "外社区</a>" in second) == (False, True)
