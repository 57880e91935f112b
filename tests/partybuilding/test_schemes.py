"""Schemes as data: drawn up, tried on the past, approved by a leader with a paper, in force from a day on; the past keeps its own."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from districts.workflow import NotYours, StepRefused
from partybuilding.assessment.models import Adjustment, Period, SchemeVersion, ScoreSheet, Settlement
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.schemes import actions as drafting
from partybuilding.assessment.schemes.trial import try_scheme
from tests.cast import log_in, make_appeal, use_scheme
from tests.partybuilding.months import make_case

STREET = "槐花街道党建工作协调委员会"


def drawn_up(street):
    default = SchemeVersion.objects.get(scheme__street=None, number=2)
    return drafting.draw_up(street.units[STREET], default, street.people["office"])


def approved(street, day):
    version = drawn_up(street)
    drafting.try_out(version, street.people["office"])
    drafting.approve(version, street.people["leader"], paper="街道办〔2026〕9号", starts_on=day)
    return version


def test_only_the_assessing_office_drafts_and_only_a_leader_approves_with_a_paper(street):
    version = drawn_up(street)
    assert (str(version), version.items.count(), version.state) == ("槐花街道考核方案 第 1 版", 8, "draft")
    with pytest.raises(NotYours):
        drafting.try_out(version, street.people["leader"])
    with pytest.raises(StepRefused, match="现在是“草稿”，不能批准"):
        drafting.approve(version, street.people["leader"], paper="文", starts_on=date(2099, 1, 1))
    drafting.try_out(version, street.people["office"])
    with pytest.raises(NotYours):
        drafting.approve(version, street.people["office"], paper="文", starts_on=date(2099, 1, 1))
    with pytest.raises(StepRefused, match="请填批准的文号或会议。"):
        drafting.approve(version, street.people["leader"], paper="", starts_on=date(2099, 1, 1))
    drafting.approve(version, street.people["leader"], paper="街道办〔2026〕9号", starts_on=date(2099, 1, 1))
    version.refresh_from_db()
    assert (version.state, version.starts_on) == ("approved", date(2099, 1, 1))
    with pytest.raises(ValidationError, match="现在是“已批准”，不能再改"):
        drafting.save_draft(version, [], street.people["office"])


def test_weights_must_make_a_hundred_and_no_ended_month_is_touched(street):
    version = drawn_up(street)
    version.items.filter(indicator="talent_tasks").delete()
    with pytest.raises(ValidationError, match="合计须为 100 分，现在是 90 分"):
        drafting.try_out(version, street.people["office"])
    version.items.filter(indicator="orders_on_time").update(weight=4000)
    drafting.try_out(version, street.people["office"])
    with (
        time_machine.travel("2026-11-20 09:00+08:00"),
        pytest.raises(ValidationError, match="只能从本期第一天（2026-11-01）或以后"),
    ):
        drafting.approve(version, street.people["leader"], paper="文", starts_on=date(2026, 10, 31))


def test_a_period_takes_the_version_of_its_last_day_and_its_own_street(street):
    with time_machine.travel("2026-10-20 09:00+08:00"):
        mine = approved(street, date(2026, 10, 1))
        later = approved(street, date(2026, 11, 1))
    for month in ("2026-09", "2026-10", "2026-11"):
        roll_up(month)
    found = {
        (s.period.code, s.street.name[:2]): s.version_id for s in Settlement.objects.select_related("period", "street")
    }
    default = SchemeVersion.objects.get(scheme__street=None, number=2).pk
    assert found == {
        ("2026-09", "槐花"): default,
        ("2026-10", "槐花"): mine.pk,
        ("2026-11", "槐花"): later.pk,
        ("2026-09", "外街"): default,
        ("2026-10", "外街"): default,
        ("2026-11", "外街"): default,
    }


def test_a_trial_says_who_would_move_and_why_and_stores_nothing(street, client):
    use_scheme([("orders_on_time", 90, 0, 100), ("appeals_resolution", 10, 0, 100)])
    for unit, done, solved in (("东一社区", 10, "unsolved"), ("东二社区", None, "solved")):
        make_case(street, unit, due=20, reported=done)
        make_appeal(street, unit, is_valid=True, outcome=solved, called_on=date(2026, 10, 5))
    roll_up("2026-10")
    version = drawn_up(street)
    version.items.filter(indicator="orders_on_time").update(weight=1000)
    version.items.filter(indicator="appeals_resolution").update(weight=9000)
    before = list(ScoreSheet.objects.order_by("pk").values_list())
    sheets = ScoreSheet.objects.filter(unit__name__in=["东一社区", "东二社区"]).select_related(
        "unit", "settlement__period", "settlement__version"
    )
    trials = {t.sheet.unit.name: t for t in try_scheme(version, list(sheets.order_by("unit__name")))}
    first, second = trials["东一社区"], trials["东二社区"]
    assert (first.sheet.score, first.score, first.sheet.rank, first.rank) == (9000, 1000, 1, 2)
    assert (second.sheet.score, second.score, second.change, second.move) == (1000, 9000, 8000, 1)
    assert second.because == [("appeals_resolution", 8000)]
    log_in(client, street.people["office"])
    page = client.get(reverse("scheme_trial", args=[version.pk]) + "?month=2026-10").content.decode()
    assert ("+80.00" in page, "2 → 1" in page) == (True, True)
    assert "名次上升 1 个、下降 1 个、不变 1 个。得分变化最大的是" in page
    assert list(ScoreSheet.objects.order_by("pk").values_list()) == before
    for login in ("commissioner", "stranger"):
        log_in(client, street.people[login])
        assert client.get(reverse("scheme_trial", args=[version.pk])).status_code == 404


def test_a_trial_keeps_what_was_given_and_taken_and_counts_what_the_present_scheme_does_not_name(street):
    use_scheme([("orders_on_time", 100, 0, 100)])
    make_case(street, "东一社区", due=20, reported=10)
    for solved in ("solved", "unsolved"):
        make_appeal(street, "东一社区", is_valid=True, outcome=solved, called_on=date(2026, 10, 5))
    period = Period.objects.create(code="2026-10", starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31))
    said = {"period": period, "unit": street.units["东一社区"], "state": "approved", "reason": "测"}
    Adjustment.objects.create(kind="bonus", points=300, **said)
    Adjustment.objects.create(kind="deduction", points=500, indicator="orders_on_time", **said)
    roll_up("2026-10")
    version = drawn_up(street)
    sheet = ScoreSheet.objects.select_related("unit", "settlement__version").get(unit__name="东一社区")
    (same,) = try_scheme(version, [sheet])
    assert (sheet.score, same.score, same.because) == (9800, 9800, [])
    SchemeVersion.objects.filter(pk=version.pk).update(bonus_cap=100)
    version.items.update(weight=5000)
    version.items.create(indicator="appeals_resolution", group="诉求", weight=5000, floor=0, target=10000)
    version.refresh_from_db()
    (other,) = try_scheme(version, [sheet])
    assert (other.score, other.because) == (
        4500 + 2500 + 100,
        [("orders_on_time", -5000), ("诉求", 2500), ("加分", -200)],
    )


def form_of(version, **changed):
    """What the browser sends of the edit page."""
    items = list(version.items.all())
    data = {
        "reason": "加大解决率",
        "min_sample": "5",
        "check_days": "2",
        "bonus_cap": "7.5",
        "complete_days": "1",
        "close_days": "20",
        "objection_days": "5",
        "ranking": "leaders",
        "items-TOTAL_FORMS": str(len(items) + 2),
        "items-INITIAL_FORMS": str(len(items)),
    }
    for n, item in enumerate(items):
        for name in ("group", "indicator", "rule"):
            data[f"items-{n}-{name}"] = getattr(item, name)
        for name in ("weight", "floor", "target"):
            data[f"items-{n}-{name}"] = str(getattr(item, name) / 100)
        data[f"items-{n}-tie_order"] = str(item.tie_order or "")
    for n in (len(items), len(items) + 1):
        data |= {f"items-{n}-rule": "linear", f"items-{n}-group": "", f"items-{n}-indicator": ""}
    return data | changed


def test_the_pages_draw_up_edit_and_refuse_in_words(street, client):
    log_in(client, street.people["office"])
    made = client.post("/standings/schemes/")
    version = SchemeVersion.objects.get(scheme__street=street.units[STREET])
    assert made["Location"] == reverse("scheme_edit", args=[version.pk])
    address = made["Location"]
    assert client.get(address).content.decode().count('class="scheme-item"') == 10
    wrong = client.post(address, form_of(version, **{"items-0-weight": "20"}))
    assert (wrong.status_code, "合计须为 100 分，现在是 90 分" in wrong.content.decode()) == (422, True)
    wrong = client.post(address, form_of(version, **{"items-0-target": "50", "min_sample": "5000"}))
    assert ("目标要高于底线" in wrong.content.decode(), "请填 0 到 1000" in wrong.content.decode()) == (True, True)
    wrong = client.post(address, form_of(version, **{"items-1-indicator": "orders_on_time"}))
    assert "同一个指标只能用一次" in wrong.content.decode()
    sent = form_of(version, **{"items-0-weight": "27.5", "items-1-weight": "5", "items-7-DELETE": ""})
    assert client.post(address, sent).status_code == 302
    version.refresh_from_db()
    weights = dict(version.items.values_list("indicator", "weight"))
    assert (weights["orders_on_time"], weights["appeals_response"], len(weights)) == (2750, 500, 8)
    assert (version.reason, version.bonus_cap) == ("加大解决率", 750)
    assert client.post(reverse("scheme_step", args=[version.pk, "try"])).status_code == 302
    assert client.get(address).status_code == 404
    log_in(client, street.people["leader"])
    page = reverse("scheme_version", args=[version.pk])
    assert "批准的文号或会议" in client.get(page).content.decode()
    step = reverse("scheme_step", args=[version.pk, "approve"])
    past = client.post(step, {"approve-paper": "文", "approve-starts_on": "2020-01-01"})
    assert (past.status_code, "过去的月份按当时的方案，不改" in past.content.decode()) == (409, True)
    log_in(client, street.people["secretary"])
    assert client.get(page).status_code == 404
    log_in(client, street.people["leader"])
    assert client.post(step, {"approve-paper": "文", "approve-starts_on": "2099-01-01"}).status_code == 302
    log_in(client, street.people["secretary"])
    assert client.get(page).status_code == 200
    log_in(client, street.people["stranger"])
    assert client.get(page).status_code == 404
    assert "槐花街道考核方案" not in client.get("/standings/schemes/").content.decode()


@time_machine.travel("2026-11-20 09:00+08:00")
def test_a_scheme_begins_with_a_month(street):
    version = drawn_up(street)
    drafting.try_out(version, street.people["office"])
    with pytest.raises(ValidationError, match="请填一个考核月的第一天，如 2026-12-01"):
        drafting.approve(version, street.people["leader"], paper="文", starts_on=date(2026, 12, 15))
    drafting.approve(version, street.people["leader"], paper="文", starts_on=date(2026, 12, 1))
