"""The administrators' further pages: drag, merge, service links, posts, lending, calendar, jobs, trail, people, health."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from districts.calendar.models import CalendarDay
from districts.calendar.workdays import add_working_days, calendar_warning, is_working_day
from districts.jobs import running
from districts.jobs.models import Job
from districts.posts.changes import prepare_change
from districts.posts.models import Appointment, AppointmentChange, Delegation, Grant, User
from districts.trail.models import Event
from districts.units.health import tree_faults
from districts.units.models import ServiceLink, Unit
from tests.brokers import broker_at
from tests.cast import LONG_AGO, PASSWORD, log_in, make_user
from tests.portal.sent_forms import unit_form

UNITS = "/admin/districts/unit/"
MOVE = {"cmd": "move_node"}


def drag(client, unit, target, position):
    client.post(UNITS, {**MOVE, "cut_item": unit.pk, "pasted_on": target.pk, "position": position})
    return [str(m) for m in client.get(UNITS).context["messages"]]


def test_a_drag_is_a_move_from_today_with_its_history(street, admins):
    unit, west = street.units["东二社区"], street.units["西中心"]
    assert drag(admins["sysadmin"], unit, west, "last-child") == [
        "“东二社区”从今天起归“西中心”；以前的月份仍按原归属计算。"
    ]
    placement = unit.placements.get(ends_on=None)
    assert (placement.parent, placement.starts_on, placement.entered_by.username) == (
        west,
        timezone.localdate(),
        "sysadmin",
    )
    assert drag(admins["sysadmin"], street.units["西村"], street.units["西一社区"], "left") == ["已调整“西村”的先后。"]
    assert drag(admins["sysadmin"], street.units["东一社区"], street.units["西一社区"], "right") == [
        "“东一社区”从今天起归“西中心”；以前的月份仍按原归属计算。"
    ]
    assert tree_faults() == []


@pytest.mark.parametrize(
    ("login", "unit", "target", "position", "said"),
    [
        ("sysadmin", "东二社区", "东一社区", "last-child", "社区的上级只能是：中心（片区）"),
        ("sysadmin", "东二社区", "外中心", "last-child", "不在同一街道"),
        ("sysadmin", "东中心", "外街道党建工作协调委员会", "left", "街道之间不能拖动"),
        ("sysadmin", "东二社区", "西中心", "inside", "没有看懂拖到哪里"),
        ("secadmin", "东二社区", "西中心", "last-child", "您没有调整组织架构的权限"),
        ("auditor", "东二社区", "西中心", "last-child", "您没有调整组织架构的权限"),
    ],
)
def test_a_drag_is_refused_where_the_form_would_refuse_it(street, admins, login, unit, target, position, said):
    messages = drag(admins[login], street.units[unit], street.units[target], position)
    assert len(messages) == 1
    assert said in messages[0]
    assert Unit.objects.get(pk=street.units[unit].pk).parent_id == street.units[unit].parent_id
    assert tree_faults() == []


def test_a_merge_moves_branches_retires_and_keeps_the_name_findable(street, admins):
    one, other = street.units["东一社区"], street.units["东二社区"]
    address, today = f"{UNITS}{one.pk}/change/", timezone.localdate()
    page = admins["sysadmin"].post(address, unit_form(one, merge_into=other.pk)).content.decode()
    assert "），请先免去，或到接着办的单位任命" in page
    Appointment.objects.filter(unit=one).update(ends_on=today - timedelta(days=1))
    assert admins["sysadmin"].post(address, unit_form(one, merge_into=other.pk)).status_code == 302
    one.refresh_from_db()
    assert (one.merged_into, one.retired_on) == (other, today - timedelta(days=1))
    assert street.units["东一支部"].placements.get(ends_on=None).parent == other
    assert tree_faults() == []


def test_a_service_link_is_made_once_and_ended(street, admins):
    form = {
        "center": street.units["西中心"].pk,
        "unit": street.units["东一社区"].pk,
        "starts_on": LONG_AGO,
        "ends_on": "",
        "reason": "联",
    }
    address = "/admin/districts/servicelink/"
    assert admins["sysadmin"].post(f"{address}add/", form).status_code == 302
    assert "已经联系" in admins["sysadmin"].post(f"{address}add/", form).content.decode()
    own = {**form, "center": street.units["东中心"].pk}
    assert "本来就归“东中心”" in admins["sysadmin"].post(f"{address}add/", own).content.decode()
    link = ServiceLink.objects.get()
    assert admins["sysadmin"].post(f"{address}{link.pk}/change/", {"ends_on": timezone.localdate()}).status_code == 302
    link.refresh_from_db()
    assert link.ends_on == timezone.localdate()


def a_change(street):
    made = AppointmentChange(
        user=street.people["worker"], post="secretary", unit=street.units["西村"], on=timezone.localdate(), reason="任"
    )
    return prepare_change(made, by=street.people["office"])


def test_the_security_administrator_sees_the_difference_and_authorises(street, admins):
    change = a_change(street)
    address = f"/admin/districts/appointmentchange/{change.pk}/change/"
    page = admins["secadmin"].get(address).content.decode()
    assert "增加：名worker：西村及以下 · 查看、记录、办理、交办" in page
    assert (
        "请写明不同意的原因。"
        in admins["secadmin"].post(address, {"decision": "refuse", "answer": ""}).content.decode()
    )
    assert admins["secadmin"].post(address, {"decision": "authorise", "answer": ""}).status_code == 302
    assert Appointment.objects.get(unit=street.units["西村"], post="secretary").user == street.people["worker"]


@pytest.mark.parametrize("login", ["sysadmin", "auditor"])
def test_no_other_administrator_authorises_by_form_or_in_bulk(street, admins, login):
    change = a_change(street)
    admins[login].post(f"/admin/districts/appointmentchange/{change.pk}/change/", {"decision": "authorise"})
    bulk = {"action": "authorise_chosen", "_selected_action": [change.pk]}
    admins[login].post("/admin/districts/appointmentchange/", bulk)
    change.refresh_from_db()
    assert change.state == "prepared"


def test_several_are_authorised_at_once_and_the_impossible_is_named(street, admins):
    first, second = a_change(street), a_change_of_another(street)
    bulk = {"action": "authorise_chosen", "_selected_action": [first.pk, second.pk]}
    page = admins["secadmin"].post("/admin/districts/appointmentchange/", bulk, follow=True).content.decode()
    assert "已办理 1 项岗位与权限事项。" in page
    assert "在此期间已有名worker" in page


def a_change_of_another(street):
    made = AppointmentChange(
        user=street.people["aide"], post="secretary", unit=street.units["西村"], on=timezone.localdate(), reason="任"
    )
    return prepare_change(made, by=street.people["office"])


def test_delegations_and_grants_are_made_and_ended_by_the_security_administrator_alone(street, admins):
    today, until = timezone.localdate(), timezone.localdate() + timedelta(days=30)
    post = street.people["secretary"].appointments.get()
    lend = {
        "appointment": post.pk,
        "delegate": street.people["aide"].pk,
        "starts_on": today,
        "ends_on": until,
        "reason": "会议",
    }
    grant = {
        "user": street.people["aide"].pk,
        "duty": "view",
        "unit": street.units["西中心"].pk,
        "starts_on": today,
        "ends_on": until,
        "reason": "调研",
    }
    for login, wanted in (("sysadmin", 0), ("auditor", 0), ("secadmin", 1)):
        admins[login].post("/admin/districts/delegation/add/", lend)
        admins[login].post("/admin/districts/grant/add/", grant)
        assert (login, Delegation.objects.count(), Grant.objects.count()) == (login, wanted, wanted)
    address = f"/admin/districts/grant/{Grant.objects.get().pk}/change/"
    assert admins["secadmin"].post(address, {"ends_on": today}).status_code == 302
    assert Grant.objects.get().ends_on == today
    too_long = {**lend, "delegate": street.people["worker"].pk, "ends_on": today + timedelta(days=400)}
    assert (
        "最长一年，到期再续。" in admins["secadmin"].post("/admin/districts/delegation/add/", too_long).content.decode()
    )


def test_one_time_passwords_are_handed_out_and_never_to_an_administrator(street, admins, client):
    import io

    from openpyxl import load_workbook

    fresh = make_user("fresh")
    chosen = {"action": "hand_out_passwords", "_selected_action": [fresh.pk, street.people["secadmin"].pk]}
    book = load_workbook(io.BytesIO(admins["sysadmin"].post("/admin/districts/user/", chosen).content))
    rows = [[c.value for c in row] for row in book.active.iter_rows(min_row=2)]
    assert [row[:2] for row in rows] == [["名fresh", "fresh"]]
    fresh.refresh_from_db()
    assert (fresh.check_password(rows[0][3]), fresh.must_change_password) == (True, True)
    assert User.objects.get(username="secadmin").check_password(PASSWORD)
    assert not Event.objects.filter(subject__contains=rows[0][3]).exists()
    admins["secadmin"].post("/admin/districts/user/", {**chosen, "_selected_action": [street.people["worker"].pk]})
    assert User.objects.get(username="worker").check_password(PASSWORD)


def test_a_phone_is_written_but_not_read_in_the_admin(street, admins):
    worker = street.people["worker"]
    sent = {"username": "worker", "name": "名worker", "is_active": "on", "staff_number": "", "new_phone": "13812345678"}
    address = f"/admin/districts/user/{worker.pk}/change/"
    assert admins["sysadmin"].post(address, sent).status_code == 302
    assert User.objects.get(pk=worker.pk).phone == "13812345678"
    for login in admins:
        page = admins[login].get(address).content.decode()
        assert ("13812345678" in page, "138****5678" in page) == (False, True)
    admins["sysadmin"].post(address, {**sent, "new_phone": ""})
    assert User.objects.get(pk=worker.pk).phone == "13812345678"


def test_a_calendar_day_moves_due_dates_and_an_unpublished_year_warns(street, admins, client):
    day = date(2027, 2, 20)  # a Saturday
    assert is_working_day(day) is False
    assert "2027 年的放假和调休安排还没有公布" in calendar_warning(day)
    form = {"day": day, "is_working": "on", "note": "国办发明电"}
    assert admins["sysadmin"].post("/admin/districts/calendarday/add/", form).status_code == 302
    assert (is_working_day(day), calendar_warning(day)) == (True, "")
    assert add_working_days(date(2027, 2, 19), 1) == day
    CalendarDay.objects.create(day=date(2027, 2, 22), is_working=False, note="放假")
    assert add_working_days(date(2027, 2, 20), 1) == date(2027, 2, 23)
    assert Event.objects.filter(kind="setting").last().subject == "工作日调整：2027-02-20 上班（国办发明电）"
    log_in(client, street.people["office"])
    far = {
        "kind": "task",
        "unit": street.units["槐花街道党建工作协调委员会"].pk,
        "title": "远",
        "content": "办",
        "due_on": date(2028, 3, 1),
        "lead_unit": street.units["东中心"].pk,
        "save": "1",
    }
    page = client.post("/orders/new/", far, follow=True).content.decode()
    assert "2028 年的放假和调休安排还没有公布" in page


def broken(report, **arguments):
    raise ZeroDivisionError("机密的内容")


def test_a_dead_job_is_seen_without_its_words_and_tried_again(street, admins):
    job = running.ask("rollup", month="2026-10")
    for _ in range(5):
        running.run(job.pk, {"rollup": broken})
    job.refresh_from_db()
    assert (job.state, job.attempts, job.failure) == ("dead", 5, "ZeroDivisionError")
    page = admins["sysadmin"].get(f"/admin/districts/job/{job.pk}/change/").content.decode()
    told = [words in page for words in ("程序出错，详见服务器日志", "ZeroDivisionError", "机密的内容", "2026-10")]
    assert told == [True, False, False, False]
    bulk = {"action": "retry", "_selected_action": [job.pk]}
    assert "已重新排队 1 个任务" in admins["sysadmin"].post("/admin/districts/job/", bulk, follow=True).content.decode()
    assert running.run(job.pk, {"rollup": lambda report, **a: None}) is True
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 6)
    assert "已重新排队 0 个任务" in admins["sysadmin"].post("/admin/districts/job/", bulk, follow=True).content.decode()
    assert admins["secadmin"].get("/admin/districts/job/").status_code == 403


def test_the_health_page_says_what_is_wrong_and_what_to_do(street, admins, settings, tmp_path):
    settings.BACKUP_DIR = tmp_path / "none"
    Job.objects.create(kind="rollup", state="dead")
    late = Job.objects.create(kind="rollup")
    Job.objects.filter(pk=late.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    with broker_at("redis://127.0.0.1:1/0"):
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"  # not before: Celery may still have to read the true one
        page = admins["sysadmin"].get("/health/")
    checks = {check.name: (check.is_fine, check.text) for check in page.context["checks"]}
    assert checks["消息服务"][0] is False
    assert "填报不受影响" in checks["消息服务"][1]
    assert checks["失败任务"] == (False, "1 个，可在“后台任务”里重试")
    assert checks["后台任务"][1].startswith("1 个任务等了两分钟以上")
    assert "还没有备份" in checks["备份"][1]
    assert checks["数据库版本"] == (True, "与程序一致")
    assert checks["审计记录"][0] is True
    assert [check.is_fine for check in page.context["checks"]] == sorted(fine for fine, _ in checks.values())


def test_the_trail_is_the_auditors_and_nobody_writes_it(street, admins):
    event = Event.objects.first()
    assert admins["auditor"].get("/admin/districts/event/?kind=post").status_code == 200
    assert (
        "任命" in admins["auditor"].get(f"/admin/districts/event/{event.pk}/change/").content.decode()
        or event.kind != "post"
    )
    for login in ("sysadmin", "secadmin"):
        assert admins[login].get("/admin/districts/event/").status_code == 403
    assert admins["auditor"].post(f"/admin/districts/event/{event.pk}/change/", {"subject": "改"}).status_code == 403
