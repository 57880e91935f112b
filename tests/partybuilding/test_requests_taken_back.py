"""撤回: a request is taken back by whoever made it, while nobody has answered, and nothing is gained by it."""

import re
from datetime import date

import pytest
import time_machine

from districts.workflow import NotYours, StepRefused
from partybuilding.appeals.exclusions.actions import answer_exclusion, ask_exclusion, withdraw_exclusion
from partybuilding.appeals.models import Appeal, Exclusion
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import OrderAssignment
from tests.cast import log_in, make_appeal, make_order, share_of


@pytest.fixture
def june():
    with time_machine.travel("2026-06-01 09:00+08:00", tick=False) as clock:  # a Monday, in weeks without holidays
        yield clock


@pytest.fixture
def share(street, june):
    """Due on Friday 5 June, and under way."""
    share = share_of(make_order(street, days=4), "东一社区")
    actions.receive(share, street.people["secretary"])
    return share


def state_of(share):
    return OrderAssignment.objects.get(pk=share.pk).state


def test_a_request_for_more_time_is_taken_back_and_gives_no_day(street, june, share):
    actions.ask_extension(share, street.people["secretary"], note="等产权单位", until=date(2026, 6, 30))
    june.move_to("2026-06-09 09:00+08:00")
    actions.withdraw_extension(share, street.people["secretary"])
    now = OrderAssignment.objects.get(pk=share.pk)
    assert (now.state, now.due_on, now.paused_on, now.is_overdue) == ("received", date(2026, 6, 5), None, True)
    with pytest.raises(StepRefused, match="现在是“办理中”，不能同意延期"):
        actions.answer_extension(share, street.people["office"], is_granted=True)


def test_a_report_is_taken_back_and_the_later_one_is_judged(street, june, share):
    actions.report(share, street.people["secretary"], note="好像办好了")
    with pytest.raises(NotYours):
        actions.withdraw_report(share, street.people["neighbour"])
    actions.withdraw_report(share, street.people["secretary"])
    with pytest.raises(StepRefused, match="现在是“办理中”，不能审核办结"):
        actions.accept(share, street.people["office"])
    june.move_to("2026-06-08 09:00+08:00")
    actions.report(share, street.people["secretary"], note="真办好了")
    judged = actions.accept(share, street.people["office"]).report
    assert (judged.note, judged.taken_on) == ("真办好了", date(2026, 6, 8))  # late: the first one does not count
    with pytest.raises(StepRefused, match="现在是“已办结”，不能撤回报结"):
        actions.withdraw_report(share, street.people["secretary"])


def test_what_was_taken_back_is_neither_gathered_by_the_lead_nor_listed_as_done(street, client, june):
    order = make_order(street, ["东中心", "东一社区"], days=4)
    lead, share = share_of(order, "东中心"), share_of(order, "东一社区")
    actions.receive(lead, street.people["lead_secretary"])
    actions.receive(share, street.people["secretary"])
    told = []
    for act in (
        lambda by: actions.report(share, by, note="好像办好了"),
        lambda by: actions.withdraw_report(share, by),
        lambda by: actions.report(share, by, note="真办好了"),
    ):
        act(street.people["secretary"])
        log_in(client, street.people["lead_secretary"])
        gathered = re.search(r"<textarea[^>]*-note[^>]*>([^<]*)", client.get(f"/orders/{order.pk}/").content.decode())
        log_in(client, street.people["leader"])
        done = client.get(f"/people/{street.people['secretary'].pk}/duties/").content.decode()
        told.append((gathered[1].strip(), done.count(f"报结：{order.title}")))
    assert told == [("东一社区：好像办好了", 1), ("", 0), ("东一社区：真办好了", 1)]


def test_a_claim_is_taken_back_and_the_call_goes_to_somebody_else(street, june):
    units = [street.units[name] for name in ("东中心", "西中心")]
    root = street.units["槐花街道党建工作协调委员会"]
    words = {"kind": "decree", "title": "驿站试点", "content": "征集", "due_on": date(2026, 6, 30)}
    leader = street.people["leader"]
    call = actions.draw_up_order(by=leader, unit=root, co_units=units, is_open_call=True, **words)
    actions.issue_order(call, leader)
    east = call.assignments.get(unit__name="东中心")
    actions.claim(east, street.people["lead_secretary"], note="有基础")
    actions.withdraw_claim(east, street.people["lead_secretary"])
    assert state_of(east) == "open"
    with pytest.raises(StepRefused, match="“东中心”没有揭榜，不能定给它"):
        actions.award_order(call, leader, assignment=east)


@pytest.mark.parametrize(
    ("asked", "verb", "called", "after"),
    [
        (lambda share, by: actions.report(share, by, note="办好了"), "unreport", "撤回报结", "received"),
        (
            lambda share, by: actions.ask_extension(share, by, note="等", until=date(2026, 6, 30)),
            "unextend",
            "撤回延期申请",
            "received",
        ),
    ],
)
def test_the_page_of_an_order_offers_it_to_the_unit_alone(street, client, june, share, asked, verb, called, after):
    asked(share, street.people["secretary"])
    address = f"/orders/shares/{share.pk}/{verb}/"
    for login, status in {"office": 404, "neighbour": 404, "secretary": 302}.items():
        log_in(client, street.people[login])
        page = client.get(f"/orders/{share.order_id}/").content.decode()
        assert (login, f'action="{address}"' in page) == (login, status == 302)
        assert (login, client.post(address).status_code) == (login, status)
    assert state_of(share) == after
    assert share.steps.last().label == called
    answer = client.post(address)
    assert (answer.status_code, f"现在是“办理中”，不能{called}" in answer.content.decode()) == (409, True)


def test_what_is_not_to_be_counted_is_asked_for_anew_after_it_was_taken_back(street, client):
    appeal = make_appeal(street)
    secretary = street.people["secretary"]
    asked = ask_exclusion(appeal, secretary, reason="outside", note="不在辖区")
    address = f"/appeals/exclusions/{asked.pk}/withdraw/"
    for login, status in {"neighbour": 404, "secretary": 302}.items():
        log_in(client, street.people[login])
        page = client.get(f"/appeals/{appeal.pk}/").content.decode()
        assert (login, f'action="{address}"' in page) == (login, status == 302)
        assert (login, client.post(address).status_code) == (login, status)
    assert Exclusion.objects.get().get_state_display() == "已撤回"
    page = client.get(f"/appeals/{appeal.pk}/").content.decode()
    assert ("撤回剔除" in page, "提交申请" in page, f'action="{address}"' in page) == (True, True, False)
    again = ask_exclusion(appeal, secretary, reason="repeated", note="重复")
    answer_exclusion(again, street.people["office"], is_granted=True, paper="通知1号")
    with pytest.raises(StepRefused, match="现在是“已同意”，不能撤回"):
        withdraw_exclusion(again, secretary)
    assert Appeal.objects.get(pk=appeal.pk).is_excluded
