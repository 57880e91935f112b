"""A day of the 处置中心: two steps for the file of today, dispatch, the daily report; and what is no more the office's."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from districts.jobs import running
from districts.jobs.models import Job
from districts.trail.models import Event
from districts.waiting import to_judge
from partybuilding.appeals.models import Appeal, AppealDesk, AppealImport, AppealReport
from partybuilding.appeals.reports.actions import draft_report
from tests.cast import STREET, appoint, log_in, make_appeal, make_user, text_of
from tests.partybuilding.workbooks import CALLBACK, LEDGER, callback_row, ledger_row, table, upload
from yuqiao_portal.job_kinds import KINDS

TODAYS = "今天的 12345 文件还没有导入"


@pytest.fixture
def desk(street):
    """The street with a dispatcher of its own, under `dispatcher` in its people."""
    street.people["dispatcher"] = make_user("own_dispatcher")
    appoint(street.people["dispatcher"], "dispatcher", street.units[STREET], starts_on=date(2025, 1, 1), reason="任")
    return street


def first_page(client):
    return text_of(client.get("/"))


def test_the_file_of_today_takes_two_steps_from_the_first_page(desk, client):
    log_in(client, desk.people["dispatcher"])
    page = client.get("/").content.decode()
    assert TODAYS in page
    assert 'action="/appeals/import/" enctype="multipart/form-data"' in page
    assert 'type="file" id="todays-files" name="files"' in page
    upload(client, table(LEDGER, ledger_row()), table(CALLBACK, callback_row(), name="回访.xlsx"))  # 1: chosen
    batch = AppealImport.objects.get()
    assert (batch.state, len(batch.files), TODAYS in first_page(client)) == ("tried", 2, True)
    client.post(f"/appeals/import/{batch.pk}/confirm/")  # 2: confirmed
    assert TODAYS not in first_page(client)
    running.run(Job.objects.get().pk, KINDS)
    assert list(Appeal.objects.values_list("unit__name", flat=True)) == ["东一社区"]
    assert TODAYS not in first_page(client)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        log_in(client, desk.people["dispatcher"])
        assert TODAYS in first_page(client)


def test_nobody_else_is_asked_for_the_file_nor_where_appeals_are_registered_by_hand(desk, client):
    for login in ("office", "leader", "secretary"):
        log_in(client, desk.people[login])
        assert TODAYS not in first_page(client), login
    AppealDesk.objects.create(street=desk.units[STREET], is_by_hand=True)
    log_in(client, desk.people["dispatcher"])
    assert TODAYS not in first_page(client)


def test_a_street_without_a_dispatcher_asks_its_office_for_no_daily_file(street, client):
    log_in(client, street.people["office"])
    assert TODAYS not in first_page(client)
    assert client.get("/appeals/import/").status_code == 200


def test_what_has_no_unit_waits_for_the_dispatcher_who_dispatches_it_and_all_of_its_name(desk, client):
    waiting = [make_appeal(desk, STREET, place="大柳树") for _ in range(2)]
    for login, is_asked in (("dispatcher", True), ("office", False), ("leader", False)):
        log_in(client, desk.people[login])
        assert ("2 件市民诉求待分派" in first_page(client)) is is_asked, login
    log_in(client, desk.people["dispatcher"])
    sent = {"assign-to_unit": desk.units["东二社区"].pk, "assign-teach": "on"}
    page = client.post(f"/appeals/{waiting[0].pk}/assign/", sent, follow=True)
    assert "连同等待中的同名工单共 2 件" in text_of(page)
    assert set(Appeal.objects.values_list("unit__name", "state")) == {("东二社区", "assigned")}
    told = Event.objects.get(subject__contains="单位别名")
    assert (told.actor, told.under) == (desk.people["dispatcher"], f"{STREET}·市民诉求处置中心")


def test_the_dispatcher_neither_recuses_nor_judges_nor_sets_rules(desk, client):
    appeal = make_appeal(desk, STREET)
    log_in(client, desk.people["dispatcher"])
    page = text_of(client.get(f"/appeals/{appeal.pk}/"))
    assert "分派给" in page
    assert "只留编号" not in page
    for address in ("/appeals/rules/", "/appointments/", "/surveys/"):
        assert client.get(address).status_code == 404, address
    for verb in ("recuse", "seal", "cadre"):
        assert client.post(f"/appeals/{appeal.pk}/{verb}/").status_code == 404, verb


def test_the_office_has_no_import_no_daily_report_and_no_rows_of_them_any_more(desk, client):
    log_in(client, desk.people["office"])
    assert client.get("/appeals/import/").status_code == 404
    assert 'href="/appeals/import/"' not in client.get("/appeals/").content.decode()
    day, yesterday = timezone.localdate(), timezone.localdate() - timedelta(days=1)
    sent = {"kind": "day", "since": yesterday, "until": yesterday}
    page = client.post("/appeals/reports/", sent)
    assert (page.status_code, AppealReport.objects.count()) == (422, 0)
    assert client.post("/appeals/reports/", {**sent, "kind": "month"}).status_code == 302
    report = draft_report(desk.units[STREET], "day", day, day)
    assert client.get(f"/appeals/reports/{report.pk}/").status_code == 404
    assert client.post(f"/appeals/reports/{report.pk}/finish/").status_code == 404


def test_each_kind_of_report_is_written_and_finished_by_its_own(desk, client):
    street, day = desk.units[STREET], timezone.localdate()
    drafts = {kind: draft_report(street, kind, day, day) for kind in ("day", "month")}
    for login, mine, other in (("dispatcher", "day", "month"), ("office", "month", "day")):
        person = desk.people[login]
        assert list(to_judge(AppealReport, "finish", person)) == [drafts[mine]]
        log_in(client, person)
        form = client.get("/appeals/reports/").context["form"]
        assert [kind for kind, _ in form.fields["kind"].choices] == [mine]
        assert client.post(f"/appeals/reports/{drafts[other].pk}/finish/").status_code == 404
        client.post(f"/appeals/reports/{drafts[mine].pk}/finish/", {"remark": "阅"})
    assert set(AppealReport.objects.values_list("kind", "state", "final_by__username")) == {
        ("day", "final", "own_dispatcher"),
        ("month", "final", "office"),
    }


def test_the_dispatchers_form_of_a_report_is_filled_with_yesterday(desk, client):
    log_in(client, desk.people["dispatcher"])
    with time_machine.travel(datetime(2026, 11, 24, 4, tzinfo=timezone.get_default_timezone())):
        log_in(client, desk.people["dispatcher"])
        form = client.get("/appeals/reports/").context["form"]
    assert form.initial == {"kind": "day", "since": date(2026, 11, 23), "until": date(2026, 11, 23)}
