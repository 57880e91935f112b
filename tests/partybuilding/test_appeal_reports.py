"""日报, 月报: drafted each morning, every sentence with its records, frozen when final."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from districts.posts.lending import delegate_post
from districts.trail.models import Event
from districts.workflow import NotYours
from partybuilding.appeals.models import AppealReport
from partybuilding.appeals.reports.actions import draft_report, draft_yesterday, finish_report
from tests.cast import log_in, make_appeal, text_of
from yuqiao_portal.tasks import hourly

STREET = "槐花街道党建工作协调委员会"
OCTOBER = {"kind": "month", "since": "2026-09-19", "until": "2026-10-18"}


def call(street, unit="东一社区", day=date(2026, 10, 5), **fields):
    moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return make_appeal(street, unit, called_at=moment, called_on=day, **fields)


def texts(report):
    return [text for text, _ in report.sentences]


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
    assert report.sentences[0] == [
        "受理 12345 诉求 2 件，比前一日多 1 件。",
        "since=2026-10-05&until=2026-10-05",
    ]
    assert "目前待分派 1 件。" in texts(report)
    log_in(client, street.people["office"])
    for text, query in report.sentences:
        assert client.get(f"/appeals/?{query}").status_code == 200, text
    assert len(client.get(f"/appeals/?{report.sentences[1][1]}").context["appeals"]) == 1


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
        assert "受理 12345 诉求 4 件，比上期多 3 件。" in said
        assert "解决率 75.0%（3/4）。" in said
        assert "综合 83.5，上期 —。" in said
        assert report.table[0] == ["全街道", "4", "4", "100.0%", "75.0%", "90.0%", "83.5", "83.5"]
        assert ["东一社区", "4", "4", "100.0%", "75.0%", "90.0%", "83.5", "83.5"] in report.table
        assert "基本满意按 0.9 计" in report.rule
        finish = f"/appeals/reports/{report.pk}/finish/"
        call(street)
        client.post(finish, {"again": "1"})
        report.refresh_from_db()
        assert texts(report)[0] == "受理 12345 诉求 5 件，比上期多 4 件。"
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
        assert texts(report)[0] == "受理 12345 诉求 5 件，比上期多 4 件。"
        word = Document(io.BytesIO(client.get(f"/appeals/reports/{report.pk}/docx/?sources=1").content))
        lines = [p.text for p in word.paragraphs]
        assert any("解决率 75.0%（3/4）。[4]" in line for line in lines)
        assert any(line.startswith("[4] http://testserver/appeals/?counted=solved") for line in lines)
        plain = Document(io.BytesIO(client.get(f"/appeals/reports/{report.pk}/docx/").content))
        assert [p.text for p in plain.paragraphs] == lines[: lines.index("三、出处")]
        assert word.tables[0].rows[1].cells[0].text == "全街道"
        sheet = load_workbook(io.BytesIO(client.get(f"/appeals/reports/{report.pk}/xlsx/").content)).active
        assert sheet["B2"].value == "受理 12345 诉求 5 件，比上期多 4 件。"
        assert client.get(f"/appeals/reports/{report.pk}/exe/").status_code == 404


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
