"""Quarters and years are means of what has a score, half up; ranks and marks as for months."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError

from partybuilding.assessment.models import ScoreSheet
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.standings.averages import mean, means_over, parse_span, ranks_over, sheets_over, span_of
from tests.cast import log_in, only_orders
from yuqiao_portal.templatetags.portal import score_chart

SCORES = {
    "2026-07": {"东一社区": 9000, "东二社区": 8000, "西一社区": None, "东中心": 7000},
    "2026-08": {"东一社区": 8001, "东二社区": None, "西一社区": None, "东中心": 7000},
    "2026-09": {"东一社区": 8000, "东二社区": 8667, "西一社区": None, "东中心": 7001},
    "2026-10": {"东一社区": 5000, "东二社区": 9000, "西一社区": None, "东中心": 6000},
}


@pytest.fixture
def months(street):
    only_orders(ranking="leaders")
    with time_machine.travel("2026-11-03 09:00+08:00"):
        for month, scores in SCORES.items():
            roll_up(month)
            for unit, score in scores.items():
                ScoreSheet.objects.filter(period__code=month, unit__name=unit).update(score=score, weight=10000)
        roll_up("2026-11")  # goes on: it has no part in a mean
    return street


def over(code, rows=None):
    rows = ScoreSheet.objects.all() if rows is None else rows
    return {m.unit.name: m for m in means_over(parse_span(code), sheets_over(parse_span(code), rows))}


def test_means_are_half_up_over_what_has_a_score():
    assert [mean(x) for x in ([9000, 8001, 8000], [8000, None, 8667], [1, 2], [None], [])] == [
        8334,
        8334,
        2,
        None,
        None,
    ]


def test_codes_and_names_of_spans():
    assert (str(parse_span("2026-Q3")), str(parse_span("2026"))) == ("2026年第三季度", "2026年")
    assert parse_span("2026-Q1").months == ["2026-01", "2026-02", "2026-03"]
    assert (span_of(date(2026, 3, 31)).code, span_of(date(2026, 10, 1)).code) == ("2026-Q1", "2026-Q4")
    assert span_of(date(2026, 3, 31), year=True).code == "2026"
    for wrong in ("2026-Q5", "26", "2026-10", "二〇二六"):
        with pytest.raises(ValidationError, match="应如 2026-Q3 或 2026"):
            parse_span(wrong)


def test_a_quarter_and_a_year(months):
    third, year = over("2026-Q3"), over("2026")
    assert {n: third[n].score for n in ("东一社区", "东二社区", "西一社区", "东中心")} == {
        "东一社区": 8334,
        "东二社区": 8334,
        "西一社区": None,
        "东中心": 7000,
    }
    assert [score for _, score, _ in year["东一社区"].parts] == [None, None, 8334, 5000]
    assert (year["东一社区"].score, year["东二社区"].score, year["东一社区"].is_final) == (6667, 8667, False)
    assert (third["东一社区"].band, third["西一社区"].band) == ("较好", "不参评")
    root = months.units["槐花街道党建工作协调委员会"]
    ids = {months.units[n].pk: n for n in ("东一社区", "东二社区", "东中心")}
    ScoreSheet.objects.filter(period__code="2026-08", unit__name="东中心").update(weight=4999)
    found = {ids[pk]: rank for pk, rank in ranks_over(parse_span("2026-Q3"), root).items() if pk in ids}
    assert found == {"东一社区": 1, "东二社区": 1}


@time_machine.travel("2026-11-03 12:00+08:00")
def test_the_page_shows_what_each_may_see_and_ranks_to_the_leaders_only(months, client, django_assert_num_queries):
    log_in(client, months.people["leader"])
    page = client.get("/standings/means/2026-Q3/").content.decode()
    assert ("名次" in page, "83.34" in page, "还有月份没有定" in page, "西一社区" in page) == (True, True, True, True)
    assert "未含年终述评" in client.get("/standings/means/2026/").content.decode()
    log_in(client, months.people["secretary"])
    page = client.get("/standings/means/2026-Q3/").content.decode()
    assert ("名次" in page, "东一社区" in page, "东二社区" in page, "东中心" in page) == (False, True, False, False)
    with django_assert_num_queries(7):
        client.get("/standings/means/2026-Q3/")
    log_in(client, months.people["leader"])
    with django_assert_num_queries(8):
        client.get("/standings/means/2026/")
    assert client.get("/standings/means/2026-Q5/").status_code == 404


def test_a_units_own_months_are_drawn_as_bars_and_one_without_a_score_leaves_its_place_empty(months, client):
    log_in(client, months.people["neighbour"])
    sheet = ScoreSheet.objects.get(period__code="2026-09", unit__name="东二社区")
    page = client.get(f"/standings/sheets/{sheet.pk}/")
    chart = score_chart(page.context["past"], sheet)
    assert [(b["label"], b["score"], b["height"], b["is_this"]) for b in chart["bars"]] == [
        ("7月", "80", 128.0, False),
        ("8月", None, 0.0, False),
        ("9月", "87", 138.7, True),
        ("10月", "90", 144.0, False),
        ("11月", None, 0.0, False),
    ]
    assert page.content.decode().count('class="trend-bar"') == 2
    assert page.content.decode().count('class="trend-bar-this"') == 1
    assert score_chart(page.context["past"][-2:], sheet) is None  # one month's score is no trend
