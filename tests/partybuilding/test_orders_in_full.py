"""延期, 催办, 揭榜, joint orders: each step by whom it belongs to, in words, and what it does to the clock."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from docx import Document

from districts.workflow import NotYours, StepRefused
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import OrderAssignment
from tests.cast import log_in, make_order, only_orders, share_of, text_of

MONDAY = "2026-06-01 09:00+08:00"  # a week without holidays


@pytest.fixture
def june():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def received(street, **fields):
    share = share_of(make_order(street, **fields), "东一社区")
    actions.receive(share, street.people["secretary"])
    return share


def fresh(share):
    return OrderAssignment.objects.select_related("order").get(pk=share.pk)


def test_an_extension_waits_and_its_waiting_is_not_counted(street, june):
    share = received(street, days=4)  # due Friday 5 June
    actions.ask_extension(share, street.people["secretary"], note="等产权单位", until=date(2026, 6, 10))
    assert (fresh(share).state, fresh(share).light) == ("paused", "grey")
    june.move_to("2026-06-08 09:00+08:00")  # past the old due date, and not late
    assert (fresh(share).is_overdue, OrderAssignment.objects.overdue().count()) == (False, 0)
    actions.answer_extension(share, street.people["office"], is_granted=True)
    assert (fresh(share).state, fresh(share).due_on, fresh(share).paused_on) == ("received", date(2026, 6, 12), None)


def test_a_denied_extension_gives_the_days_of_waiting_back(street, june):
    share = received(street, days=4)
    actions.ask_extension(share, street.people["secretary"], note="等", until=date(2026, 6, 30))
    june.move_to("2026-06-03 09:00+08:00")  # two working days later
    with pytest.raises(StepRefused, match="请写明不同意的原因。"):
        actions.answer_extension(share, street.people["office"], is_granted=False)
    step = actions.answer_extension(share, street.people["office"], is_granted=False, note="按期办")
    assert (fresh(share).due_on, step.until) == (date(2026, 6, 9), date(2026, 6, 9))  # Friday and two working days


def test_a_report_while_the_answer_waits_takes_the_request_back(street, june):
    share = received(street, days=4)
    actions.ask_extension(share, street.people["secretary"], note="等", until=date(2026, 6, 30))
    june.move_to("2026-06-09 09:00+08:00")
    actions.report(share, street.people["secretary"], note="办好了")
    assert (fresh(share).state, fresh(share).paused_on) == ("reported", None)
    assert fresh(share).due_on >= date(2026, 6, 9)  # reported on time: the waiting did not count


def test_the_month_counts_a_share_by_its_answered_due_date(street, june):
    share = received(street, days=4)
    actions.ask_extension(share, street.people["secretary"], note="等", until=date(2026, 7, 10))
    roll_up("2026-06")
    sheet = street.units["东一社区"].sheets
    assert (sheet.get(period__code="2026-06").score, share.order.assignments.count()) == (None, 1)
    actions.answer_extension(share, street.people["office"], is_granted=True)
    actions.report(share, street.people["secretary"], note="好")
    actions.accept(share, street.people["office"])
    only_orders()
    roll_up("2026-06"), roll_up("2026-07")
    assert sheet.get(period__code="2026-06").score is None
    assert sheet.get(period__code="2026-07").score is not None


@pytest.mark.parametrize(
    ("when", "until", "sentence"),
    [
        ("2026-06-08 09:00+08:00", date(2026, 6, 30), "办结期限 2026-06-05 已过，延期须在到期前申请"),
        (MONDAY, date(2026, 6, 5), "延到的日期应晚于现在的期限 2026-06-05"),
        (MONDAY, date(2029, 6, 5), "且不超过两年"),
    ],
)
def test_an_extension_is_asked_in_time_and_for_a_later_day(street, june, when, until, sentence):
    share = received(street, days=4)
    june.move_to(when)
    with pytest.raises(StepRefused, match=sentence):
        actions.ask_extension(share, street.people["secretary"], note="等", until=until)
    assert fresh(share).state == "received"


@pytest.mark.parametrize("login", ["secretary", "deputy", "neighbour", "far_commissioner", "aide", "stranger"])
def test_extensions_are_answered_and_urged_only_from_where_the_order_was_issued(street, login):
    share = received(street)
    with pytest.raises(NotYours):
        actions.urge(share, street.people[login])
    actions.ask_extension(share, street.people["secretary"], note="等", until=share.due_on + timedelta(days=5))
    with pytest.raises(NotYours):
        actions.answer_extension(share, street.people[login], is_granted=True)


def test_urging_is_recorded_once_a_day_and_person_and_seen_by_the_unit(street, client):
    share = received(street)
    actions.urge(share, street.people["office"])
    with pytest.raises(StepRefused, match="您今天已经催办过这件事"):
        actions.urge(share, street.people["office"], by_phone=True)
    actions.urge(share, street.people["leader"], by_phone=True)
    assert list(share.steps.values_list("label", flat=True)) == ["签收", "催办", "已电话催办"]
    assert (fresh(share).state, fresh(share).urged_on) == ("received", timezone.localdate())
    log_in(client, street.people["secretary"])
    today = timezone.localdate()
    assert f"名leader 已电话催办 · {today.month}月{today.day}日" in text_of(client.get("/"))


CENTERS = ("东中心", "西中心")


def open_call(street, **fields):
    root = street.units["槐花街道党建工作协调委员会"]
    given = {
        "kind": "decree",
        "title": "驿站试点",
        "content": "征集",
        "due_on": timezone.localdate() + timedelta(days=30),
    }
    units = [street.units[name] for name in CENTERS]
    by = street.people["leader"]
    draft = actions.draw_up_order(by=by, unit=root, co_units=units, is_open_call=True, **{**given, **fields})
    return actions.issue_order(draft, by)


def test_an_open_call_is_claimed_and_awarded_and_only_then_handled(street):
    call = open_call(street)
    assert (call.number, call.lead_unit) == (f"玉字令〔{timezone.localdate().year}〕1号", None)
    east, west = (call.assignments.get(unit__name=name) for name in CENTERS)
    roll_up(f"{call.due_on:%Y-%m}")
    assert street.units["东中心"].sheets.get().score is None  # an open call is nobody's debt
    with pytest.raises(StepRefused, match="“西中心”没有揭榜，不能定给它"):
        actions.award_order(call, street.people["leader"], assignment=west)
    actions.claim(east, street.people["lead_secretary"], note="有基础")
    with pytest.raises(NotYours):
        actions.award_order(call, street.people["office"], assignment=east)  # a 玉字令 is signed by a leader
    actions.award_order(call, street.people["leader"], assignment=east)
    call.refresh_from_db()
    assert (call.state, call.lead_unit.name) == ("issued", "东中心")
    assert [fresh(s).state for s in (east, west)] == ["issued", "lost"]
    actions.receive(east, street.people["lead_secretary"])
    assert east.steps.last().label == "领令"


def test_those_who_may_claim_do_not_see_one_another_and_others_see_nothing(street, client):
    call = open_call(street)
    east = call.assignments.get(unit__name="东中心")
    actions.claim(east, street.people["lead_secretary"], note="我们的打算")
    log_in(client, street.people["far_commissioner"])
    assert "我们的打算" not in client.get(f"/orders/{call.pk}/").content.decode()
    log_in(client, street.people["secretary"])
    assert client.get(f"/orders/{call.pk}/").status_code == 404
    log_in(client, street.people["lead_secretary"])
    assert "我们的打算" in client.get(f"/orders/{call.pk}/").content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lead": "东中心"}, "lead_unit"),
        ({"units": ["东中心"]}, "co_units"),
        ({"units": ["东中心", "城管科"]}, "co_units"),
    ],
)
def test_an_open_call_that_makes_no_sense_is_refused(street, fields, field):
    units = [street.units[n] for n in fields.get("units", CENTERS)]
    lead = street.units[fields["lead"]] if "lead" in fields else None
    with pytest.raises(ValidationError) as refused:
        actions.draw_up_order(
            by=street.people["leader"],
            unit=street.units["槐花街道党建工作协调委员会"],
            kind="decree",
            title="题",
            content="要求",
            due_on=timezone.localdate(),
            lead_unit=lead,
            co_units=units,
            is_open_call=True,
        )
    assert field in refused.value.message_dict


def test_an_open_call_through_the_pages(street, client):
    call = open_call(street)
    east = call.assignments.get(unit__name="东中心")
    log_in(client, street.people["lead_secretary"])
    assert call.title in client.get("/").content.decode()  # it waits on the first screen
    client.post(f"/orders/shares/{east.pk}/claim/", {f"claim-{east.pk}-note": "先行试点"})
    log_in(client, street.people["leader"])
    assert client.post(f"/orders/{call.pk}/award/", {}).status_code == 422
    assert client.post(f"/orders/{call.pk}/award/", {"award-assignment": east.pk}).status_code == 302
    assert fresh(east).state == "issued"


def test_the_lead_gathers_what_the_others_reported(street, client):
    order = make_order(street, to=("东一社区", "东二社区", "西一社区"))
    for unit, login, note in [("东二社区", "neighbour", "已清两处"), ("西一社区", "far_secretary", "已公示")]:
        share = share_of(order, unit)
        actions.receive(share, street.people[login])
        actions.report(share, street.people[login], note=note)
    lead = share_of(order, "东一社区")
    actions.receive(lead, street.people["secretary"])
    log_in(client, street.people["secretary"])
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "东二社区：已清两处\n西一社区：已公示</textarea>" in page  # the lead sees the co-handlers' reports
    log_in(client, street.people["neighbour"])
    assert "西一社区：已公示" not in client.get(f"/orders/{order.pk}/").content.decode()


def test_a_centre_that_leads_sees_and_gathers_its_co_handlers_reports(street, client):
    order = make_order(street, to=("东中心", "城管科"), by="leader", kind="decree")
    for unit, login in [("城管科", "head"), ("东中心", "lead_secretary")]:
        actions.receive(share_of(order, unit), street.people[login])
    actions.report(share_of(order, "城管科"), street.people["head"], note="联合检查三次")
    log_in(client, street.people["lead_secretary"])
    assert "城管科：联合检查三次</textarea>" in client.get(f"/orders/{order.pk}/").content.decode()


def test_several_reports_are_accepted_at_once_and_only_ones_own(street, client):
    shares = [share_of(make_order(street, title=f"第{n}件"), "东一社区") for n in range(3)]
    for share in shares:
        actions.receive(share, street.people["secretary"])
        actions.report(share, street.people["secretary"], note="好")
    chosen = {"share": [s.pk for s in shares[:2]]}
    log_in(client, street.people["far_commissioner"])
    client.post("/orders/accept/", chosen)
    assert OrderAssignment.objects.filter(state="accepted").count() == 0
    log_in(client, street.people["office"])
    page = client.post("/orders/accept/", chosen, follow=True).content.decode()
    assert "已审核办结 2 件。" in page
    assert [fresh(s).state for s in shares] == ["accepted", "accepted", "reported"]
    assert "没有勾选待审核的事项。" in client.post("/orders/accept/", chosen, follow=True).content.decode()


def test_the_board_shows_the_columns_the_list_counts(street, client, django_assert_num_queries):
    for n in range(3):
        make_order(street, title=f"第{n}件")
    received(street, title="办理的")
    log_in(client, street.people["office"])
    page = client.get("/orders/?view=board")
    assert [(label, count) for label, _, count, _ in page.context["columns"]] == [
        ("待签收", 3),
        ("办理中", 1),
        ("已退回", 0),
        ("延期待批", 0),
        ("待审核", 0),
    ]
    log_in(client, street.people["far_secretary"])
    assert sum(count for _, _, count, _ in client.get("/orders/?view=board").context["columns"]) == 0


def test_the_paper_has_no_seal_and_blank_signatures_and_names_only_units_in_sight(street, client):
    order = make_order(street, to=("西一社区", "东一社区"), title="打印的事")
    log_in(client, street.people["secretary"])
    page = client.get(f"/orders/{order.pk}/paper/").content.decode()
    assert ("签发人：＿＿＿＿＿＿＿＿" in page, "西一社区" in page) == (True, False)
    file = client.get(f"/orders/{order.pk}/paper/?as=docx")
    document = Document(io.BytesIO(file.content))
    text = "\n".join(p.text for p in document.paragraphs)
    assert (order.number in text, "东一社区（协办）" in text, "西一社区" in text) == (True, True, False)
    assert document.inline_shapes.__len__() == 0  # no picture: neither seal nor signature
    run = document.paragraphs[1].runs[0]
    assert (run.text, run.font.name, run.font.size.pt) == ("打印的事", "方正小标宋简体", 22)
    draft = make_order(street, issued=False)
    log_in(client, street.people["office"])
    assert client.get(f"/orders/{draft.pk}/paper/").status_code == 404
