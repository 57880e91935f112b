"""通知: sent to chosen units, opened by a unit and never by a person, reminded, withdrawn; nothing is owed for it."""

import re
from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.duties import Post
from districts.inbox.models import Notice
from districts.posts.appointing import appoint
from districts.posts.lending import delegate_post
from districts.posts.models import Appointment
from districts.records.dirty import DirtyKey
from districts.units.tree import add_unit, merge_units, retire_unit
from districts.workflow import NotYours, StepRefused
from partybuilding.matters.circulars import actions
from partybuilding.matters.circulars.models import Circular, CircularFile, CircularUnit
from partybuilding.matters.logs.models import WorkLog
from tests.cast import LONG_AGO, STREET, log_in, make_user, text_of
from tests.partybuilding.circulars import form, make_circular, opened, told, visit
from tests.uploads import file

THURSDAY = "2026-11-26 09:00+08:00"
FRIDAY = "2026-11-27 09:00+08:00"
SATURDAY = "2026-11-28 09:00+08:00"
MONDAY = "2026-11-30 09:00+08:00"


def test_whoever_works_in_the_chosen_units_is_told_and_the_senders_are_not(street):
    make_circular(street, to=("东一社区", "城管科"))
    said = {login: told(street, login) for login in ("secretary", "deputy", "head", "clerk")}
    here, there = [("发通知", "东一社区", "office")], [("发通知", "城管科", "office")]
    assert said == {"secretary": here, "deputy": here, "head": there, "clerk": there}
    assert Notice.objects.count() == 4


def test_a_first_step_tells_after_what_hangs_on_its_record_is_there(street):
    """The units are written before the engine asks whom to tell; a refused one leaves nothing."""
    far = street.units["外社区"]
    with pytest.raises(ValidationError):
        make_circular(street, to=("东一社区", "外社区"))
    assert (Circular.objects.count(), Notice.objects.count(), CircularUnit.objects.filter(unit=far).count()) == (
        0,
        0,
        0,
    )
    circular = make_circular(street, to=("东一社区", "东二社区"))
    step = circular.steps.get()
    assert (step.verb, step.from_state, step.to_state, step.by.username) == ("send", "", "sent", "office")
    once = {notice.once for notice in Notice.objects.all()}
    assert once == {f"circularstep:{step.pk}"}


@pytest.mark.parametrize(
    ("by", "unit", "to"),
    [("secretary", STREET, "东一社区"), ("aide", "东中心", "东一社区"), ("lead_secretary", "东中心", "东一社区")],
)
def test_only_whoever_issues_there_sends(street, by, unit, to):
    with pytest.raises(NotYours):
        make_circular(street, to=(to,), by=by, unit=unit)


def test_nobody_sends_beyond_the_sending_unit(street):
    with pytest.raises(ValidationError, match="西一社区不归“东中心”"):
        make_circular(street, to=("东一社区", "西一社区"), by="commissioner", unit="东中心")
    appoint(street.people["commissioner"], Post.PARTY_OFFICE, street.units[STREET], starts_on=LONG_AGO, reason="兼任")
    with pytest.raises(ValidationError, match="西一社区不归“东中心”"):
        make_circular(street, to=("东一社区", "西一社区"), by="commissioner", unit="东中心")


@pytest.mark.parametrize(
    ("login", "units"),
    [
        ("secretary", {"东一社区"}),
        ("deputy", {"东一社区"}),
        ("worker", set()),
        ("leader", set()),
        ("office", set()),
        ("commissioner", set()),
        ("lead_secretary", {"东中心"}),
        ("clerk", {"城管科"}),
        ("delegate", {"东一社区"}),
    ],
)
def test_a_unit_has_opened_it_when_somebody_who_handles_there_has(street, client, login, units):
    circular, today = make_circular(street, to=("东中心", "东一社区", "城管科")), timezone.localdate()
    street.people["delegate"] = make_user("delegate")
    appoint(street.people["delegate"], Post.WORKER, street.units["西村"], starts_on=LONG_AGO, reason="任")
    secretary = Appointment.objects.get(user=street.people["secretary"])
    delegate_post(secretary, street.people["delegate"], starts_on=today, ends_on=today, reason="出差")
    assert visit(client, street, login, circular).status_code == 200
    assert opened(circular) == units


def test_a_secretary_who_sends_to_their_branch_does_not_open_it_there(street, client):
    circular = make_circular(street, to=("东一支部",), by="secretary", unit="东一社区")
    visit(client, street, "deputy", circular)
    assert (opened(circular), rows_of(client)) == (set(), [])
    visit(client, street, "branch_secretary", circular)
    assert opened(circular) == {"东一支部"}


def test_a_look_at_the_head_a_list_or_a_file_opens_nothing(street, client):
    circular = make_circular(street, files=[("pdf", file(), "安排.pdf")])
    log_in(client, street.people["secretary"])
    kept = circular.files.get()
    for address in ("/circulars/", "/", "/search/?q=寒潮", f"/circulars/files/{kept.pk}/"):
        assert client.get(address).status_code == 200
    assert client.head(f"/circulars/{circular.pk}/").status_code == 200
    assert opened(circular) == set()


def test_what_is_withdrawn_or_over_is_opened_by_nobody(street, client):
    with time_machine.travel(THURSDAY):
        over, gone = make_circular(street, days=1), make_circular(street)
        actions.withdraw(gone, street.people["office"], note="发错了")
    with time_machine.travel(SATURDAY):
        for circular in (over, gone):
            assert visit(client, street, "secretary", circular).status_code == 200
            assert opened(circular) == set()


def test_a_visit_after_the_first_costs_one_query_less_and_writes_nothing(street, client, django_assert_num_queries):
    circular = make_circular(street)
    log_in(client, street.people["secretary"]).get("/")
    address = f"/circulars/{circular.pk}/"
    with django_assert_num_queries(13) as first:
        client.get(address)
    with django_assert_num_queries(12) as second:
        client.get(address)
    written = [[q["sql"] for q in found if "UPDATE" in q["sql"]] for found in (first, second)]
    assert [len(one) for one in written] == [1, 0]


def test_a_page_costs_the_same_with_one_and_three_units(street, client, django_assert_num_queries):
    with time_machine.travel(THURSDAY):
        one, three = make_circular(street), make_circular(street, to=("东一社区", "东二社区", "西一社区"))
    with time_machine.travel(FRIDAY):
        log_in(client, street.people["office"]).get("/")
        for circular in (one, three):
            with django_assert_num_queries(16):
                client.get(f"/circulars/{circular.pk}/")


def test_the_list_costs_the_same_with_one_and_three_rows(street, client, django_assert_num_queries):
    log_in(client, street.people["secretary"])
    make_circular(street)
    client.get("/circulars/")
    with django_assert_num_queries(8):
        client.get("/circulars/")
    make_circular(street)
    make_circular(street, to=("东一社区", "东二社区"))
    with django_assert_num_queries(8):
        client.get("/circulars/")


def test_sending_costs_the_same_to_one_and_to_twenty_four(street, django_assert_num_queries):
    names = [f"第{n}社区" for n in range(24)]
    for name in names:
        unit = add_unit("community", name, parent=street.units["西中心"], on=LONG_AGO, reason="测试")
        street.units[name] = unit
        appoint(make_user(), Post.SECRETARY, unit, starts_on=LONG_AGO, reason="测试")
    make_circular(street)
    for to in (names[:1], names):
        with django_assert_num_queries(19):
            make_circular(street, to=to)
    assert Notice.objects.filter(label="发通知").count() == 2 + 1 + 24


def test_the_sender_sees_after_one_working_day_which_units_have_not(street, client):
    with time_machine.travel(FRIDAY):
        circular = make_circular(street, to=("西一社区", "东一社区", "城管科", "东二社区"))
        visit(client, street, "secretary", circular)
    said = {}
    for day in (SATURDAY, MONDAY):
        with time_machine.travel(day):
            said[day] = text_of(visit(client, street, "office", circular))
    assert "发出满一个工作日后才看哪些单位没有打开，2026-11-30 起可以提醒。" in said[SATURDAY]
    assert "个单位已打开" not in said[SATURDAY]
    assert "提醒未打开的单位" not in said[SATURDAY]
    assert "1 个单位已打开，3 个还没有：东二社区、西一社区、城管科。" in said[MONDAY]
    assert "提醒未打开的单位" in said[MONDAY]


def test_who_has_opened_it_is_for_the_sender_alone(street, client):
    with time_machine.travel(THURSDAY):
        circular = make_circular(street, to=("东一社区", "西一社区"))
    with time_machine.travel(FRIDAY):
        for login in ("secretary", "commissioner", "worker"):
            page = text_of(visit(client, street, login, circular))
            assert ("打开情况" in page, "西一社区" in page, "东一社区" in page) == (False, False, True), login


def test_no_person_no_time_and_no_rate_of_opening_is_kept_or_shown(street, client):
    columns = {field.name for field in CircularUnit._meta.get_fields()}
    assert columns == {"id", "circular", "unit", "is_opened"}
    with time_machine.travel(THURSDAY):
        circular = make_circular(street, to=("东一社区", "西一社区"))
        visit(client, street, "secretary", circular)
    with time_machine.travel(FRIDAY):
        page = text_of(visit(client, street, "office", circular))
    part = page.partition("<h2>打开情况</h2>")[2].partition("</section>")[0]
    assert ("名secretary" in page, "%" in part, re.findall(r"\d+:\d\d", part)) == (False, False, [])


def test_a_reminder_reaches_only_the_units_that_have_not(street, client):
    with time_machine.travel(THURSDAY):
        circular = make_circular(street, to=("东一社区", "西一社区"))
        visit(client, street, "secretary", circular)
    with time_machine.travel(FRIDAY):
        log_in(client, street.people["office"])
        response = client.post(f"/circulars/{circular.pk}/remind/", follow=True)
        assert "已提醒还没有打开的单位。" in response.content.decode()
    sent = ("发通知", "西一社区", "office")
    assert told(street, "far_secretary") == [sent, ("提醒打开", "西一社区", "office")]
    assert [label for label, _, _ in told(street, "secretary")] == ["发通知"]
    circular.refresh_from_db()
    assert circular.state == "sent"


def test_a_reminder_is_refused_in_words(street, client):
    office = street.people["office"]
    with time_machine.travel(THURSDAY):
        circular, short = make_circular(street), make_circular(street, days=0)
        with pytest.raises(StepRefused, match="发出满一个工作日后才看哪些单位没有打开，2026-11-27 起可以提醒。"):
            actions.remind(circular, office)
    with time_machine.travel(FRIDAY):
        actions.remind(circular, office)
        with pytest.raises(StepRefused, match="您今天已经提醒过"):
            actions.remind(circular, office)
        actions.remind(circular, street.people["leader"])
        with pytest.raises(StepRefused, match="最后日期 2026-11-26 已过，不再提醒。"):
            actions.remind(short, office)
    with time_machine.travel(MONDAY):
        actions.remind(circular, office)
        visit(client, street, "secretary", circular)
        with pytest.raises(StepRefused, match="收到的单位都已打开，不用再提醒。"):
            actions.remind(circular, street.people["leader"])
        actions.withdraw(circular, office, note="改期")
        with pytest.raises(StepRefused, match="现在是“已撤回”"):
            actions.remind(circular, office)


def test_a_refused_reminder_is_said_on_the_page(street, client):
    circular = make_circular(street)
    log_in(client, street.people["office"])
    response = client.post(f"/circulars/{circular.pk}/remind/")
    assert (response.status_code, "发出满一个工作日后" in response.content.decode()) == (409, True)
    assert told(street, "secretary") == [("发通知", "东一社区", "office")]


def test_what_is_no_step_of_one_that_was_sent_is_not_there(street, client):
    circular = make_circular(street)
    log_in(client, street.people["office"])
    for verb in ("send", "none"):
        assert client.post(f"/circulars/{circular.pk}/{verb}/").status_code == 404
    assert circular.steps.count() == 1


def test_a_withdrawal_says_why_to_whoever_received_it(street, client):
    circular = make_circular(street, to=("东一社区", "西一社区"))
    log_in(client, street.people["office"])
    response = client.post(f"/circulars/{circular.pk}/withdraw/", {"withdraw-note": ""})
    assert (response.status_code, "请写明为什么撤回" in response.content.decode()) == (422, True)
    client.post(f"/circulars/{circular.pk}/withdraw/", {"withdraw-note": "时间改了，另发。"})
    assert [label for label, _, _ in told(street, "far_secretary")] == ["发通知", "撤回"]
    page = text_of(visit(client, street, "secretary", circular))
    assert ("时间改了，另发。" in page, "已撤回" in page) == (True, True)
    page = text_of(visit(client, street, "office", circular))
    assert ("提醒未打开的单位" in page, "打开情况" in page) == (False, False)
    assert "寒潮提醒" not in client.get("/circulars/").content.decode()
    assert "寒潮提醒" in client.get("/circulars/?time=all").content.decode()


def rows_of(client):
    return [row.row["what"] for _, row in client.get("/").context["today"].rows if getattr(row, "kind", None)]


def test_a_unit_that_has_not_opened_it_has_it_on_the_first_page(street, client):
    circular = make_circular(street, to=("东一社区", "东中心"))
    found = {}
    for login in ("secretary", "deputy", "lead_secretary", "worker", "commissioner", "office", "neighbour"):
        log_in(client, street.people[login])
        found[login] = (rows_of(client), client.get("/").context["today"].number)
        assert client.get("/circulars/?time=to_open").context["page_obj"].paginator.count == len(found[login][0])
    there, nothing = (["寒潮提醒"], 1), ([], 0)
    assert found == {
        "secretary": there,
        "deputy": there,
        "lead_secretary": there,
        "worker": nothing,
        "commissioner": nothing,
        "office": nothing,
        "neighbour": nothing,
    }
    log_in(client, street.people["secretary"])
    page = client.get("/").content.decode()
    assert f'href="/circulars/{circular.pk}/"' in page
    client.get(f"/circulars/{circular.pk}/")
    log_in(client, street.people["deputy"])
    assert rows_of(client) == []


def test_what_is_over_or_withdrawn_waits_for_nobody(street, client):
    with time_machine.travel(THURSDAY):
        make_circular(street, days=1, title="到周五")
        actions.withdraw(make_circular(street, title="撤了的"), street.people["office"], note="发错了")
    shown = {}
    for day in (FRIDAY, SATURDAY):
        with time_machine.travel(day):
            log_in(client, street.people["secretary"])
            shown[day] = rows_of(client)
    assert shown == {FRIDAY: ["到周五"], SATURDAY: []}


def test_a_successor_opens_for_the_unit_that_was_merged_into_it_and_is_reminded(street, client):
    with time_machine.travel(THURSDAY):
        gone = add_unit("community", "西二社区", parent=street.units["西中心"], on=LONG_AGO, reason="测试")
        street.units["西二社区"] = gone
        circular = make_circular(street, to=("西二社区",))
        merge_units([gone], street.units["西一社区"], on=date(2026, 11, 26), reason="合并")
    with time_machine.travel(FRIDAY):
        actions.remind(circular, street.people["office"])
        assert told(street, "far_secretary")[-1] == ("提醒打开", "西一社区", "office")
        log_in(client, street.people["far_secretary"])
        assert rows_of(client) == ["寒潮提醒"]
        client.get(f"/circulars/{circular.pk}/")
        assert opened(circular) == {"西二社区"}


def test_a_unit_that_has_gone_is_waited_for_by_nobody(street, client):
    with time_machine.travel(THURSDAY):
        circular = make_circular(street, to=("西村", "东一社区"))
        visit(client, street, "secretary", circular)
        retire_unit(street.units["西村"], on=date(2026, 11, 26), reason="撤销")
    with time_machine.travel(FRIDAY):
        page = text_of(visit(client, street, "office", circular))
    assert ("1 个单位已打开。" in page, "收到的单位都已打开，不用再提醒。" in page) == (True, True)


def test_the_list_tells_what_was_sent_from_what_was_received(street, client):
    make_circular(street, title="街道发的")
    make_circular(street, to=("东一支部",), by="secretary", unit="东一社区", title="社区发的")
    make_circular(street, to=("西一社区",), title="西边的")
    log_in(client, street.people["secretary"])
    asked = ("", "?side=sent", "?side=received", "?q=降温", "?q=没有的", f"?unit={street.units['东一支部'].pk}")
    found = {query: {c.title for c in client.get(f"/circulars/{query}").context["circulars"]} for query in asked}
    assert found == {
        "": {"街道发的", "社区发的"},
        "?side=sent": {"社区发的"},
        "?side=received": {"街道发的"},
        "?q=降温": {"街道发的", "社区发的"},
        "?q=没有的": set(),
        f"?unit={street.units['东一支部'].pk}": {"社区发的"},
    }


def test_the_list_tells_nobody_which_other_units_received_it(street, client):
    make_circular(street, to=("东一社区", "西一社区", "东二社区"))
    log_in(client, street.people["secretary"])
    own, other = street.units["东一社区"].pk, street.units["西一社区"].pk
    counts = [client.get(f"/circulars/?unit={pk}").context["page_obj"].paginator.count for pk in (own, other)]
    assert counts == [1, 0]


def test_files_are_for_whoever_sees_it(street, client):
    log_in(client, street.people["office"])
    client.post("/circulars/new/", form(street, units=[street.units["东一社区"].pk]) | {"files": [file("安排.pdf")]})
    kept, found = CircularFile.objects.get(), {}
    for login in ("office", "secretary", "worker", "neighbour", "far_commissioner"):
        log_in(client, street.people[login])
        found[login] = client.get(f"/circulars/files/{kept.pk}/").status_code
    assert found == {"office": 200, "secretary": 200, "worker": 200, "neighbour": 404, "far_commissioner": 404}
    assert "安排.pdf" in visit(client, street, "secretary", kept.circular).content.decode()


def test_it_counts_nowhere(street, client):
    """No figure is to be made anew for it, no log is written, and nobody's list of what they did has it."""
    before = DirtyKey.objects.count()
    circular = make_circular(street)
    visit(client, street, "secretary", circular)
    actions.withdraw(circular, street.people["office"], note="发错了")
    assert (DirtyKey.objects.count(), WorkLog.objects.count()) == (before, 0)
    page = log_in(client, street.people["leader"]).get(f"/people/{street.people['office'].pk}/duties/")
    assert (page.status_code, "寒潮提醒" in page.content.decode()) == (200, False)
