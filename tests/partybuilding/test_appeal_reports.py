"""日报, 月报: drafted each morning, every sentence with its records, frozen when final."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from districts.posts.lending import delegate_post
from districts.trail.models import Event
from districts.workflow import NotYours
from partybuilding.appeals.models import AppealReport
from partybuilding.appeals.reports.actions import draft_report, draft_yesterday, finish_report
from partybuilding.appeals.reports.saying import text_of as text_of_pieces
from tests.cast import log_in, make_appeal, text_of
from yuqiao_portal.tasks import hourly

STREET = "槐花街道党建工作协调委员会"
CAST = ("office", "leader", "secretary")
OCTOBER = {"kind": "month", "since": "2026-09-19", "until": "2026-10-18"}


def call(street, unit="东一社区", day=date(2026, 10, 5), **fields):
    moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return make_appeal(street, unit, called_at=moment, called_on=day, **fields)


def texts(report):
    return [text_of_pieces(pieces) for _, pieces in report.sentences]


def figures_on(client, report):
    """[(figure as it is shown, how many the list behind it has, their numbers)] of every figure on the report's page."""
    page = client.get(f"/appeals/reports/{report.pk}/").content.decode()
    found = []
    for query, shown in re.findall(r'<a href="/appeals/\?(figure=[^"]+)">([^<]+)</a>', page):
        answer = client.get(f"/appeals/?{query}").context
        found.append((int(shown), answer["page_obj"].paginator.count, [a.number for a in answer["appeals"]]))
    return found


def test_the_draft_of_yesterday_waits_each_morning_once(street, client):
    call(street, item="停车管理")
    call(street, unit=STREET)
    call(street, unit=STREET, is_recused=True)
    call(street, day=date(2026, 10, 4))
    with time_machine.travel("2026-10-06 05:30+08:00"):
        draft_yesterday()
        assert not AppealReport.objects.exists()
    with time_machine.travel("2026-10-06 06:30+08:00"):
        hourly()
        hourly()
    report = AppealReport.objects.get()
    assert (report.kind, report.starts_on, report.state) == ("day", date(2026, 10, 5), "draft")
    assert texts(report)[:2] == [
        "受理 12345 诉求 2 件，比前一日（1 件）多 1 件。",
        "反映较多的类别：停车管理 1 件（前一时段 0 件）。",
    ]
    assert "目前待分派 1 件。" in texts(report)


def test_a_month_says_what_the_rates_say_and_is_frozen_when_final(street, client):
    for outcome in ("solved", "solved", "solved", "unsolved"):
        call(street, is_valid=True, is_contacted=True, outcome=outcome, satisfaction="basically")
    call(street, day=date(2026, 9, 1))
    log_in(client, street.people["office"])
    with time_machine.travel("2026-10-20 09:00+08:00"):
        log_in(client, street.people["office"])
        report = AppealReport.objects.get(
            pk=client.post("/appeals/reports/", OCTOBER).headers["Location"].split("/")[-2]
        )
        said = texts(report)
        assert "受理 12345 诉求 4 件，比上期（1 件）多 3 件。" in said
        assert "解决率 75.0%（3/4）。" in said
        assert "综合 83.5，上期 —。" in said
        assert report.table[0] == ["全街道", "4", "4", "100.0%", "75.0%", "90.0%", "83.5", "83.5"]
        assert ["东一社区", "4", "4", "100.0%", "75.0%", "90.0%", "83.5", "83.5"] in report.table
        assert "基本满意按 0.9 计" in report.rule
        finish = f"/appeals/reports/{report.pk}/finish/"
        call(street)
        client.post(finish, {"again": "1"})
        report.refresh_from_db()
        assert texts(report)[0] == "受理 12345 诉求 5 件，比上期（1 件）多 4 件。"
        client.post(finish, {"remark": "停车专项已启动"})
        call(street)
        client.post(finish, {"again": "1"})
        told = client.post(finish, {"remark": "改"}, follow=True).content.decode()
        assert "已经定稿。" in told
        assert Event.objects.filter(subject__endswith="定稿").count() == 1
        again = client.post("/appeals/reports/", OCTOBER)
        assert (again.status_code, "已经定稿，不能重写" in again.content.decode()) == (422, True)
        report.refresh_from_db()
        assert (report.state, report.remark, report.final_by) == ("final", "停车专项已启动", street.people["office"])
        assert texts(report)[0] == "受理 12345 诉求 5 件，比上期（1 件）多 4 件。"
        word = Document(io.BytesIO(client.get(f"/appeals/reports/{report.pk}/docx/?sources=1").content))
        lines = [p.text for p in word.paragraphs]
        assert any("解决率 75.0%（3/4）。[4]" in line for line in lines)
        assert any(line.startswith(f"[4] http://testserver/appeals/?figure={report.pk}.") for line in lines)
        plain = Document(io.BytesIO(client.get(f"/appeals/reports/{report.pk}/docx/").content))
        assert [p.text for p in plain.paragraphs] == lines[: lines.index("四、出处")]
        assert word.tables[0].rows[1].cells[0].text == "全街道"
        sheet = load_workbook(io.BytesIO(client.get(f"/appeals/reports/{report.pk}/xlsx/").content)).active
        assert sheet["C2"].value == "受理 12345 诉求 5 件，比上期（1 件）多 4 件。"
        assert client.get(f"/appeals/reports/{report.pk}/exe/").status_code == 404


def test_every_figure_of_a_report_opens_exactly_the_records_that_it_counts(street, client):
    """Whatever else is alike: places and categories of other units, of other days; what came in since is not among them."""
    for n, unit in enumerate(["东一社区"] * 6 + ["东二社区"] * 5 + [STREET] * 2):
        facts = {"is_valid": True, "is_contacted": n % 2 == 0, "outcome": "solved" if n % 3 else "unsolved"}
        call(street, unit, number=f"BJ{n:03}", item="上下水", spot="和风里", satisfaction="basically", **facts)
    call(street, number="BJ100", day=date(2026, 9, 1), item="上下水", spot="和风里", is_valid=True, is_excluded=True)
    call(street, number="BJ101", item="停车管理", is_excluded=True)
    compared = 0
    with time_machine.travel("2026-10-20 09:00+08:00"):
        reports = [draft(street), draft_report(street.units[STREET], "day", date(2026, 10, 5), date(2026, 10, 5))]
        call(street, item="上下水", spot="和风里", is_valid=True, is_contacted=True, outcome="solved")
        log_in(client, street.people["office"])
        for report in reports:
            found = figures_on(client, report)
            assert [shown for shown, _, _ in found] == [listed for _, listed, _ in found]
            compared += len(found)
            assert any(text.startswith("反映较多的点位：东一社区和风里 6 件") for text in texts(report))
    assert "东一社区“上下水”三个月内 7 件，建议主动立项。" in texts(reports[0])
    assert "响应率 53.8%（7/13）。" in texts(reports[0])
    assert "经上级审定剔除、挂账 1 件，扣除后综合" in "".join(texts(reports[0]))
    assert compared == 26
    print(f"对照了 {compared} 个数的链接")


def test_what_is_overdue_is_named_by_unit_and_number(street, client):
    with time_machine.travel("2026-10-06 06:30+08:00"):
        past, now = timezone.now() - timedelta(hours=1), timezone.now()
        for n in range(6):
            call(street, number=f"BJ{n:03}", due_at=past + timedelta(minutes=n))
        call(street, "西村", number="BJ777", due_at=past)
        call(street, STREET, number="BJ888", due_at=past)
        call(street, number="BJ999", due_at=now + timedelta(days=1))
        call(street, number="BJ998", due_at=past, closed_at=now)
        report = draft_report(street.units[STREET], "day", date(2026, 10, 5), date(2026, 10, 5))
    late = "街道 1 件（BJ888）；东一社区 6 件（BJ000、BJ001、BJ002、BJ003、BJ004等）；西村 1 件（BJ777）"
    assert f"其中已过时限 8 件：{late}。" in texts(report)
    log_in(client, street.people["office"])
    assert (1, 1, ["BJ777"]) in figures_on(client, report)


def test_a_figure_opens_nothing_for_whoever_may_not_read_its_report(street, client):
    call(street, number="BJ001")
    report = draft(street)
    address = f"/appeals/?figure={report.pk}.1"
    seen = {login: len(log_in(client, street.people[login]).get(address).context["appeals"]) for login in CAST}
    assert seen == {"office": 1, "leader": 0, "secretary": 0}
    AppealReport.objects.update(state="final")
    seen = {login: len(log_in(client, street.people[login]).get(address).context["appeals"]) for login in CAST}
    assert seen == {"office": 1, "leader": 1, "secretary": 0}
    for wrong in ("9999999.1", f"{report.pk}.0", f"{report.pk}.99", "x", "1.-1", "１.1", "99999999999999999999.1"):
        answer = log_in(client, street.people["office"]).get(f"/appeals/?figure={wrong}")
        assert (answer.status_code, len(answer.context["appeals"])) == (200, 0), wrong


def test_what_was_said_before_figures_keeps_its_words_and_its_way(street, client):
    old = [["受理 12345 诉求 2 件。", "since=2026-10-05"], ["目前无积压。", ""]]
    report = draft(street)
    AppealReport.objects.update(sentences=old, state="final")
    migration = import_module("partybuilding.migrations.0038_figures_of_reports")
    migration.divide(apps, connection.schema_editor())
    report.refresh_from_db()
    assert report.sentences == [["", [["受理 12345 诉求 2 件。", "since=2026-10-05"]]], ["", ["目前无积压。"]]]
    page = text_of(log_in(client, street.people["leader"]).get(f"/appeals/reports/{report.pk}/"))
    assert '<a href="/appeals/?since=2026-10-05">受理 12345 诉求 2 件。</a>' in page
    migration.join(apps, connection.schema_editor())
    report.refresh_from_db()
    assert report.sentences == old


def test_drafts_are_read_by_their_writers_and_final_ones_by_whoever_sees_the_street(street, client):
    call(street)
    log_in(client, street.people["office"])
    client.post("/appeals/reports/", OCTOBER)
    report = AppealReport.objects.get()
    seen = {}
    for state in ("draft", "final"):
        AppealReport.objects.update(state=state)
        for login in ("office", "leader", "secretary"):
            log_in(client, street.people[login])
            listed = len(client.get("/appeals/reports/").context["page_obj"].object_list)
            seen[state, login] = (listed, client.get(f"/appeals/reports/{report.pk}/").status_code)
    assert seen == {
        ("draft", "office"): (1, 200),
        ("draft", "leader"): (0, 404),
        ("draft", "secretary"): (0, 404),
        ("final", "office"): (1, 200),
        ("final", "leader"): (1, 200),
        ("final", "secretary"): (0, 404),
    }


def draft(street):
    return draft_report(street.units[STREET], "month", date(2026, 9, 19), date(2026, 10, 18))


def test_who_finished_a_report_and_under_which_post_is_on_its_page(street, client):
    report = draft(street)
    assert report.steps.count() == 0  # the portal's own
    log_in(client, street.people["office"])
    client.post(f"/appeals/reports/{report.pk}/finish/", {"remark": "停车专项已启动"})
    step = report.steps.get()
    assert (step.verb, step.from_state, step.to_state, step.note) == ("finish", "draft", "final", "")
    report.refresh_from_db()
    assert (report.final_by, step.taken_at - report.final_at < timedelta(seconds=9)) == (street.people["office"], True)
    page = text_of(log_in(client, street.people["leader"]).get(f"/appeals/reports/{report.pk}/"))
    assert f"<strong>定稿</strong> 名office（{STREET} · 党群办·考核工作小组）" in page
    assert page.count("停车专项已启动") == 1


def test_a_report_finished_before_there_were_steps_is_read_as_it_was(street, client):
    report, by = draft(street), street.people["office"]
    AppealReport.objects.update(state="final", final_by=by, final_at=timezone.now())
    page = text_of(log_in(client, by).get(f"/appeals/reports/{report.pk}/"))
    assert (f"{by.name} " in page, "办理记录" in page, "已定稿" in page) == (True, False, True)


def test_nobody_finishes_a_report_by_a_lent_post(street, client):
    report, leader, today = draft(street), street.people["leader"], timezone.localdate()
    lent = {"starts_on": today, "ends_on": today + timedelta(days=3), "reason": "会议"}
    delegate_post(street.people["office"].appointments.get(), leader, **lent)
    with pytest.raises(NotYours):
        finish_report(report, leader)
    log_in(client, leader)
    assert client.post(f"/appeals/reports/{report.pk}/finish/", {}).status_code == 404
    report.refresh_from_db()
    assert (report.state, report.final_by, report.steps.count()) == ("draft", None, 0)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "day"}, "日报只写一天"),
        ({"since": "2026-10-20"}, "结束日期早于开始日期"),
        ({"since": "2099-01-01", "until": "2099-01-02"}, "这一天还没有到"),
        ({"since": "2024-01-01"}, "一次最多写一年"),
        ({"since": "昨天"}, "日期"),
    ],
)
def test_a_wrong_span_is_told(street, client, form, said):
    log_in(client, street.people["office"])
    answer = client.post("/appeals/reports/", OCTOBER | form)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not AppealReport.objects.exists()
