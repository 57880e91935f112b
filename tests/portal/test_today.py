"""今天: what waits for a person, what came back first, who did what; the number is that of the list; one tap where it suffices."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from districts.posts.lending import delegate_post
from partybuilding.appeals import actions as appeals
from partybuilding.appeals.models import Appeal
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import Order, OrderAssignment
from tests.access.seed import seed
from tests.cast import STREET, log_in, make_appeal, make_order, share_of, text_of


def rows_of(client):
    return [row for _, row in client.get("/").context["today"].rows]


def titles(client):
    return [row.order.title for row in rows_of(client) if isinstance(row, OrderAssignment)]


def a_full_day(street):
    """One share of 东一社区 for each place in the order of 今天, made in another order."""
    secretary, office = street.people["secretary"], street.people["office"]
    made = {name: share_of(make_order(street, title=name, days=20), "东一社区") for name in ("平常", "催过")}
    made |= {name: share_of(make_order(street, title=name, days=20), "东一社区") for name in ("不准", "退回")}
    made |= {"今日": share_of(make_order(street, title="今日", days=0), "东一社区")}
    for share in made.values():
        actions.receive(share, secretary)
    make_order(street, title="未签", days=20)
    actions.urge(made["催过"], office)
    actions.ask_extension(made["不准"], secretary, note="等", until=made["不准"].due_on + timedelta(days=3))
    actions.answer_extension(made["不准"], office, is_granted=False, note="不能再等")
    actions.report(made["退回"], secretary, note="办了")
    actions.send_back(made["退回"], office, note="缺照片")


def test_what_came_back_stands_first_and_says_who_did_what(street, client):
    a_full_day(street)
    log_in(client, street.people["secretary"])
    assert titles(client) == ["退回", "不准", "未签", "催过", "今日", "平常"]
    page = text_of(client.get("/"))
    for said in ("名office 退回：缺照片", "名office 不同意延期：不能再等", "名office 催办", "名office 交办"):
        assert said in page


@pytest.mark.parametrize(
    "login",
    ["leader", "office", "commissioner", "assistant", "lead_secretary", "secretary", "branch_secretary", "head"],
)
def test_the_number_is_that_of_the_list(db, client, login):
    world = seed()
    make_order(world.street, to=("东中心",), kind="decree", issued=False)
    make_order(world.street, to=("东一支部",), by="secretary", unit="东一社区")
    make_order(world.street, to=("东中心", "城管科"))
    late = [make_order(world.street), make_order(world.street, by="commissioner", unit="东中心")]
    late.append(make_order(world.street, to=("东一支部",), by="secretary", unit="东一社区"))
    make_late(late)
    log_in(client, world.street.people[login])
    today = client.get("/").context["today"]
    listed = sum(number for _, number, _ in today.links)
    shares = sum(isinstance(row, OrderAssignment) for _, row in today.rows)
    news = sum(getattr(getattr(row, "kind", None), "is_news", False) for _, row in today.rows)
    assert today.number == len(today.rows) - news + listed - shares
    assert today.number > 0
    for words, number, address in today.links:
        assert client.get(address).context["page_obj"].paginator.count == number, words
    assert ("催办" in [words for words, _, _ in today.links]) is (login in URGES)
    assert (client.get("/orders/?todo=urge").context["page_obj"].paginator.count > 0) is (login in URGES)


URGES = {"leader", "office", "commissioner", "assistant"}


def make_late(orders, day=None):
    day = day or timezone.localdate() - timedelta(days=1)
    OrderAssignment.objects.filter(order__in=orders).update(due_on=day)


def test_what_is_overdue_is_urged_by_one_tap_and_rests_three_working_days(street, client):
    """By whoever issues there; urged on a Monday by one, it is on nobody's page before the Thursday."""
    with time_machine.travel("2026-11-05 09:00+08:00", tick=False):
        share = share_of(make_order(street, title="清楼道", days=1), "东一社区")
        actions.receive(share, street.people["secretary"])
    tap, found = f'action="/orders/shares/{share.pk}/urge/"', {}
    for day in ("2026-11-06", "2026-11-09", "2026-11-11", "2026-11-12"):
        with time_machine.travel(f"{day} 09:00+08:00", tick=False):
            for login in ("office", "leader", "commissioner", "secretary"):
                log_in(client, street.people[login])
                found[day, login] = tap in client.get("/").content.decode()
            if day == "2026-11-09":
                log_in(client, street.people["office"])
                response = client.post(f"/orders/shares/{share.pk}/urge/", {"today": "yes"}, follow=True)
                assert response.redirect_chain == [("/", 302)]
                assert "“清楼道”已催办。" in response.content.decode()
                assert tap not in response.content.decode()
    assert {key for key, is_there in found.items() if is_there} == {
        ("2026-11-09", "office"),
        ("2026-11-09", "leader"),
        ("2026-11-12", "office"),
        ("2026-11-12", "leader"),
    }


def test_what_is_to_be_urged_stands_after_what_is_to_be_decided(street, client):
    late, done = make_order(street, title="逾期"), share_of(make_order(street, title="报结"), "东一社区")
    make_order(street, title="草稿", issued=False)
    make_late([late])
    actions.receive(done, street.people["secretary"])
    actions.report(done, street.people["secretary"], note="清完了")
    log_in(client, street.people["office"])
    shown = [row.title if isinstance(row, Order) else row.order.title for row in rows_of(client)]
    assert shown == ["报结", "逾期", "草稿"]


def test_however_many_reports_wait_what_is_overdue_is_still_urged_from_the_page(street, client):
    late = share_of(make_order(street, title="逾期"), "东一社区")
    make_late([late.order])
    for number in range(9):
        done = share_of(make_order(street, title=f"报结{number}"), "东一社区")
        actions.receive(done, street.people["secretary"])
        actions.report(done, street.people["secretary"], note="清完了")
    log_in(client, street.people["office"])
    assert titles(client) == [*(f"报结{number}" for number in range(7)), "逾期"]
    assert f"/orders/shares/{late.pk}/urge/" in client.get("/").content.decode()


def test_who_issues_for_another_must_say_on_what_basis_and_urges_on_the_page_of_the_order(street, client):
    order = make_order(street, by="commissioner", unit="东中心")
    make_late([order])
    today = timezone.localdate()
    post = street.people["commissioner"].appointments.get()
    delegate_post(post, street.people["far_commissioner"], starts_on=today, ends_on=today, reason="会议")
    log_in(client, street.people["far_commissioner"])
    page = client.get("/").content.decode()
    assert ("清理楼道堆物" in page, "/urge/" in page) == (True, False)


def test_one_tap_signs_for_a_share_and_leads_back(street, client):
    share = share_of(make_order(street, title="清楼道"), "东一社区")
    log_in(client, street.people["secretary"])
    assert f'action="/orders/shares/{share.pk}/receive/"' in client.get("/").content.decode()
    response = client.post(f"/orders/shares/{share.pk}/receive/", {"today": "yes"}, follow=True)
    assert (response.redirect_chain, share_of(share.order, "东一社区").state) == ([("/", 302)], "received")
    assert "“清楼道”已签收。" in response.content.decode()
    assert "/receive/" not in client.get("/").content.decode()


def test_one_tap_accepts_but_not_for_whoever_reported(street, client):
    share = share_of(make_order(street), "东一社区")
    actions.receive(share, street.people["secretary"])
    actions.report(share, street.people["secretary"], note="清完了")
    for login, is_asked in (("office", True), ("secretary", False)):
        log_in(client, street.people[login])
        assert (f"/orders/shares/{share.pk}/accept/" in client.get("/").content.decode()) is is_asked, login


def test_who_acts_for_a_head_must_say_on_what_basis_and_has_no_one_tap(street, client):
    share = share_of(make_order(street, to=("城管科",)), "城管科")
    for login, is_offered in (("head", True), ("clerk", False)):
        log_in(client, street.people[login])
        assert (f"/orders/shares/{share.pk}/receive/" in client.get("/").content.decode()) is is_offered, login
        assert titles(client) == ["清理楼道堆物"]


def test_drafts_are_the_drafters_own_and_a_decree_is_the_leaders(street, client):
    make_order(street, title="科里的草稿", issued=False)
    make_order(street, title="令", to=("东中心",), kind="decree", issued=False)
    found = {}
    for login in ("office", "leader", "commissioner"):
        log_in(client, street.people[login])
        found[login] = [row.title for row in rows_of(client) if isinstance(row, Order)]
    assert found == {"office": ["科里的草稿"], "leader": ["令"], "commissioner": []}


def kinds(client):
    return {row.kind.code: row.row["key"] for row in rows_of(client) if hasattr(row, "kind") and hasattr(row, "row")}


def test_a_call_for_the_centre_reaches_it_until_it_answers_and_the_answer_is_told(street, client):
    appeal = make_appeal(street, unit="东一社区")
    Appeal.objects.filter(pk=appeal.pk).update(state="signed", closed_at=None)
    appeal.refresh_from_db()
    appeals.ask_center(appeal, street.people["secretary"], note="请协调产权单位")
    log_in(client, street.people["commissioner"])
    assert kinds(client)["help"] == 1
    assert client.get("/appeals/?todo=help").context["page_obj"].paginator.count == 1
    for login in ("secretary", "far_commissioner", "office"):
        log_in(client, street.people[login])
        assert "help" not in kinds(client), login
    appeals.write_note(appeal, street.people["worker"], note="又来电一次")
    log_in(client, street.people["commissioner"])
    assert kinds(client)["help"] == 1
    appeals.write_note(appeal, street.people["commissioner"], note="已约周三现场会")
    assert "help" not in kinds(client)
    log_in(client, street.people["secretary"])
    told = [notice.label for notice in street.people["secretary"].notices.order_by("pk")]
    assert told == ["记一笔"]


def test_what_waits_for_the_office_is_counted(street, client):
    """What the city has closed waits for its unit all the same: until then it counts nowhere."""
    for closed_at in (None, timezone.now()):
        make_appeal(street, unit=STREET, closed_at=closed_at)
    log_in(client, street.people["office"])
    assert kinds(client)["dispatch"] == 2
    assert client.get("/appeals/?todo=waiting").context["page_obj"].paginator.count == 2
    log_in(client, street.people["commissioner"])
    assert "dispatch" not in kinds(client)


def test_the_first_page_costs_the_same_with_three_and_three_hundred_waiting(street, client, django_assert_num_queries):
    log_in(client, street.people["secretary"])
    a_full_day(street)
    client.get("/")
    with django_assert_num_queries(21):
        client.get("/")
    pattern, today = Order.objects.latest("pk"), timezone.localdate()
    orders = [
        Order(title=f"第{n}件", serial=1000 + n, **{name: getattr(pattern, name) for name in COPIED})
        for n in range(300)
    ]
    Order.objects.bulk_create(orders)
    unit = street.units["东一社区"]
    OrderAssignment.objects.bulk_create(
        OrderAssignment(order=order, unit=unit, state="issued", due_on=today + timedelta(days=9)) for order in orders
    )
    with django_assert_num_queries(21):
        page = client.get("/")
    assert (page.context["today"].number, len(page.context["today"].rows)) == (306, 8)


COPIED = ("kind", "state", "unit", "street", "lead_unit", "year", "issued_on", "due_on", "created_by")


def test_one_tap_grants_the_day_that_was_asked_for(street, client):
    share = share_of(make_order(street), "东一社区")
    actions.receive(share, street.people["secretary"])
    until = share.due_on + timedelta(days=3)
    actions.ask_extension(share, street.people["secretary"], note="等", until=until)
    log_in(client, street.people["office"])
    form = re.search(r'<form[^>]*/grant/".*?</form>', client.get("/").content.decode(), re.DOTALL)[0]
    sent = dict(re.findall(r'name="([^"]+)"\s+value="([^"]+)"', form))
    assert client.post(f"/orders/shares/{share.pk}/grant/", sent).headers["Location"] == "/"
    share.refresh_from_db()
    assert (share.state, share.due_on) == ("received", until)


def test_what_is_handled_by_hand_waits_at_its_own_unit(street, client):
    for unit, is_by_hand in (("东一社区", True), ("东二社区", True), ("东一社区", False)):
        Appeal.objects.filter(pk=make_appeal(street, unit=unit).pk).update(is_by_hand=is_by_hand)
    found = {}
    for login in ("secretary", "neighbour", "far_secretary"):
        log_in(client, street.people[login])
        found[login] = kinds(client).get("by_hand")
        assert client.get("/appeals/?todo=by_hand").context["page_obj"].paginator.count == (found[login] or 0)
    assert found == {"secretary": 1, "neighbour": 1, "far_secretary": None}
