"""As of a past day, former names, search, 我的岗位, 为何可见, a colleague's phone, 下社区一页纸, 待街道答复, help."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from districts.access import appointments_of
from districts.duties import Duty
from districts.posts.appointing import appoint, dismiss
from districts.posts.lending import delegate_post, grant_duty
from districts.posts.models import User
from districts.trail.models import Event
from districts.units.tree import link_service, merge_units, move_unit, rename_unit
from partybuilding.appeals import actions as appeal_actions
from partybuilding.appeals.cadres import actions as cadres
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.figures import seen_shares
from partybuilding.matters.orders.todos import drafts_to_do
from tests.cast import LONG_AGO, log_in, make_appeal, make_log, make_order, make_user, share_of
from yuqiao_portal.people.duties import duties_of
from yuqiao_portal.workbench.queries import notices

ON = date(2026, 3, 2)


@pytest.fixture
def moved(street):
    """东二社区 went to the western centre and got another name on 2 March 2026; its secretary left in May."""
    move_unit(street.units["东二社区"], street.units["西中心"], on=ON, reason="调整")
    rename_unit(street.units["东二社区"], "新二社区", on=ON, reason="更名")
    dismiss(street.people["neighbour"].appointments.get(), on=date(2026, 5, 31), reason="免")
    return street


@pytest.mark.parametrize(
    ("query", "center", "name", "secretary"),
    [("", "西中心", "新二社区", False), ("?on=2026-03-01", "东中心", "东二社区", True)],
)
def test_the_board_and_a_unit_as_of_a_day(moved, client, query, center, name, secretary):
    log_in(client, moved.people["office"])
    streets = client.get(f"/organisation/{query}").context["streets"]
    found = {c.name: [u.name for u in c.communities] for c in streets[0]["centers"]}
    assert name in found[center]
    page = client.get(f"/units/{moved.units['东二社区'].pk}/{query}").content.decode()
    assert (f"<h1>{name}</h1>" in page, "名neighbour" in page) == (True, secretary)
    assert ("在办事项" in page) is (query == "")  # today's work is not shown as the past's


@pytest.mark.parametrize("on", ["2031-01-01", "gestern", "2026-13-40", ""])
def test_a_day_that_is_no_past_day_means_today(moved, client, on):
    log_in(client, moved.people["office"])
    assert client.get(f"/organisation/?on={on}").context["on"] is None


def test_a_unit_that_did_not_exist_yet_says_so(moved, client):
    log_in(client, moved.people["office"])
    page = client.get(f"/units/{moved.units['东二社区'].pk}/?on=2020-01-01").content.decode()
    assert "这一天它还没有设立或已经撤销" in page


def test_search_finds_former_names_and_only_what_one_may_see(moved, client):
    make_log(moved, "东一社区", "secretary", text="独一无二的充电棚")
    make_order(moved, to=("西一社区",), title="独一无二的西边事")
    log_in(client, moved.people["secretary"])
    page = client.get("/search/?q=东二社区").content.decode()
    assert ("新二社区" in page, "曾用名“东二社区”" in page) == (True, True)
    page = client.get("/search/?q=独一无二").content.decode()
    assert ("充电棚" in page, "西边事" in page) == (True, False)
    assert "名far_secretary" in client.get("/search/?q=far_sec").content.decode()  # who holds which post is no secret
    log_in(client, moved.people["stranger"])
    for words in ("新二社区", "独一无二", "far_sec"):
        assert "没有找到" in client.get(f"/search/?q={words}").content.decode()


def test_my_posts_say_what_they_give_how_far_and_what_is_lent(street, client):
    today = timezone.localdate()
    span = {"starts_on": today, "ends_on": today + timedelta(days=9), "reason": "会议"}
    delegate_post(street.people["secretary"].appointments.get(), street.people["aide"], **span)
    grant_duty(street.people["aide"], "view", street.units["西中心"], **span)
    log_in(client, street.people["aide"])
    page = client.get("/me/").content.decode()
    assert "代名secretary：东一社区 · 社区（村）书记（本级及以下）" in page
    assert "临时授权：西中心 · 查看（本级及以下" in page
    assert "我可以代 名secretary" in page
    log_in(client, street.people["secretary"])
    assert "名aide 可以代我" in client.get("/me/").content.decode()


def test_why_names_the_post_and_the_path(street, client):
    order = make_order(street, to=("东一社区", "西一社区"))
    log_in(client, street.people["commissioner"])
    page = client.get(f"/why/order/{order.pk}/").content.decode()
    assert "东中心 · 党建专员。这条记录的承办单位是东一社区，在东中心之下。" in page
    assert "西一社区" not in page
    log_in(client, street.people["office"])
    assert (
        "这条记录的所在单位是槐花街道党建工作协调委员会，就是它。"
        in client.get(f"/why/order/{order.pk}/").content.decode()
    )
    log_in(client, street.people["neighbour"])
    assert client.get(f"/why/order/{order.pk}/").status_code == 404
    assert client.get(f"/why/nothing/{order.pk}/").status_code == 404


def test_a_phone_is_masked_everywhere_and_each_look_is_one_event(street, client):
    User.objects.filter(username="secretary").update(phone="13812345678")
    person = street.people["secretary"]
    log_in(client, street.people["aide"])
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert ("138****5678" in page, "13812345678" in page) == (True, False)
    before = Event.objects.filter(kind="reveal").count()
    assert "13812345678" in client.post(f"/people/{person.pk}/phone/").content.decode()
    event = Event.objects.filter(kind="reveal").last()
    assert (Event.objects.filter(kind="reveal").count(), event.subject) == (
        before + 1,
        "查看 名secretary（secretary）的手机号",
    )
    assert "13812345678" not in event.subject
    log_in(client, street.people["stranger"])
    assert client.post(f"/people/{person.pk}/phone/").status_code == 404


def test_a_person_page_shows_only_work_that_the_reader_sees(street, client):
    make_log(street, text="书记做的事")
    make_order(street, title="书记手上的事")
    address = f"/people/{street.people['secretary'].pk}/"
    log_in(client, street.people["commissioner"])
    page = client.get(address).content.decode()
    assert ("书记做的事" in page, "书记手上的事" in page) == (True, True)
    log_in(client, street.people["far_secretary"])
    page = client.get(address).content.decode()
    assert ("名secretary" in page, "书记做的事" in page, "书记手上的事" in page) == (True, False, False)


def test_what_waits_for_an_answer_from_above_the_longest_first(street, client):
    with time_machine.travel("2026-06-01 09:00+08:00"):
        late = share_of(make_order(street, title="等了很久", days=60), "东一社区")
        actions.receive(late, street.people["secretary"])
        actions.ask_extension(late, street.people["secretary"], note="等", until=date(2026, 9, 1))
    with time_machine.travel("2026-06-08 09:00+08:00"):
        fresh = share_of(make_order(street, title="刚报的", to=("东二社区",)), "东二社区")
        actions.receive(fresh, street.people["neighbour"])
        actions.report(fresh, street.people["neighbour"], note="好")
        log_in(client, street.people["leader"])
        rows = client.get("/owed/").context["owed"]
        assert [(r.title, r.what, r.days, r.unit.name) for r in rows] == [
            ("等了很久", "申请延期，待批复", 5, "东一社区"),
            ("刚报的", "已报结，待审核", 0, "东二社区"),
        ]
        log_in(client, street.people["secretary"])
        assert [r.title for r in client.get("/owed/").context["owed"]] == ["等了很久"]


def test_one_page_before_a_visit(street, client):
    make_order(street, title="答应过的事", days=-0)
    make_log(street, text="上回走访说好修路灯", category="visit")
    make_log(street, "西一社区", "far_secretary", text="别处的事")
    link_service(street.units["西中心"], street.units["东一社区"], on=LONG_AGO, reason="联系")
    log_in(client, street.people["commissioner"])
    page = client.get(f"/units/{street.units['东一社区'].pk}/brief/").content.decode()
    assert [w in page for w in ("答应过的事", "上回走访说好修路灯", "名secretary", "西中心联系服务", "别处的事")] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert client.get(f"/units/{street.units['西一社区'].pk}/brief/").status_code == 404


def test_a_merged_unit_leads_to_its_successor(street, client):
    for login in ("neighbour",):
        dismiss(street.people[login].appointments.get(), on=date(2026, 4, 30), reason="合并")
    merge_units([street.units["东二社区"]], street.units["东一社区"], on=date(2026, 5, 1), reason="撤并")
    log_in(client, street.people["office"])
    page = client.get(f"/units/{street.units['东二社区'].pk}/").content.decode()
    assert "已于 2026年4月30日 撤销，并入" in page
    assert "东二社区" in client.get("/search/?q=东二社区").content.decode()


@pytest.mark.parametrize("login", ["leader", "secretary", "worker", "clerk", "commissioner", "sysadmin"])
def test_help_opens_on_the_page_of_ones_post_and_its_pictures_exist(street, client, login):
    log_in(client, street.people[login])
    page = client.get("/help/")
    assert (
        page.context["own"]
        == {
            "leader": "street",
            "secretary": "secretary",
            "worker": "worker",
            "clerk": "department",
            "commissioner": "commissioner",
            "sysadmin": "administrators",
        }[login]
    )
    import re

    for name in re.findall(r"/help/images/([a-z0-9-]+\.png)", page.content.decode()):
        picture = client.get(f"/help/images/{name}")
        assert (name, picture.headers["Content-Type"]) == (name, "image/png")
    assert client.get("/help/images/..%2fsettings.py").status_code == 404


def test_what_a_person_did_is_listed_by_its_records_for_themself_and_the_leaders(street, client):
    order = make_order(street, title="消防通道清理")
    share = share_of(order, "东一社区")
    actions.receive(share, street.people["secretary"])
    actions.report(share, street.people["secretary"], note="办好了")
    make_log(street, text="走访独居老人")
    make_log(street, "东二社区", "neighbour", text="别人的日志")
    address = f"/people/{street.people['secretary'].pk}/duties/"
    seen = {}
    for login in ("secretary", "leader", "office", "commissioner", "neighbour", "stranger"):
        log_in(client, street.people[login])
        answer = client.get(address)
        page = answer.content.decode()
        seen[login] = answer.status_code, "报结：消防通道清理" in page, "走访独居老人" in page, "别人的日志" in page
    assert seen == {
        "secretary": (200, True, True, False),
        "leader": (200, True, True, False),
        "office": (404, False, False, False),
        "commissioner": (404, False, False, False),
        "neighbour": (404, False, False, False),
        "stranger": (404, False, False, False),
    }
    log_in(client, street.people["secretary"])
    assert "走访独居老人" not in client.get(f"{address}?since=2020-01-01&until=2020-12-31").content.decode()
    wrong = client.get(f"{address}?since=2026-12-31&until=2026-01-01")
    assert (wrong.status_code, "结束日期早于开始日期" in wrong.content.decode()) == (422, True)


def test_what_a_person_did_about_the_reader_is_not_listed_for_the_reader(street):
    people = street.people
    appeal, today = make_appeal(street), timezone.localdate()
    order = make_order(street, appeal=appeal)
    share = share_of(order, "东一社区")
    actions.receive(share, people["secretary"])
    actions.report(share, people["secretary"], note="办了")
    appeal_actions.write_note(appeal, people["secretary"], note="去看过")
    appeal_actions.recuse(appeal, people["office"], people["leader"])
    listed = {}
    for reader in ("leader", "commissioner"):
        parts = duties_of(people["secretary"], people[reader], today, today)
        listed[reader] = {label: len(rows) for label, rows in parts if rows}
    assert listed == {"leader": {}, "commissioner": {"报结（办成）": 1}}  # the appeal itself is back at the street


def test_a_units_work_is_shown_to_whoever_sees_the_unit_and_not_beside_it(street, client):
    shown = {}
    for login in ("office", "secretary", "neighbour"):
        log_in(client, street.people[login])
        page = client.get(f"/units/{street.units['东二社区'].pk}/").context
        shown[login] = (page["may_view"], "figures" in page)
    assert shown == {"office": (True, True), "secretary": (False, False), "neighbour": (True, True)}


def test_the_menu_leads_to_records_only_for_whoever_sees_any(street, client):
    log_in(client, street.people["discipline"])
    assert client.get("/").context["sees_records"] is False
    today = timezone.localdate()
    span = {"starts_on": today, "ends_on": today, "reason": "会议议定"}
    grant_duty(street.people["discipline"], Duty.VIEW, street.units["西村"], **span)
    assert client.get("/").context["sees_records"] is True


def test_what_the_first_page_counts_is_in_sight(street):
    make_order(street, to=("东一社区", "西一社区"))
    make_order(street, to=("东二社区",))
    counted = {
        login: seen_shares(street.people[login]).count() for login in ("office", "secretary", "neighbour", "worker")
    }
    assert counted == {"office": 3, "secretary": 2, "neighbour": 1, "worker": 2}


def test_reports_against_cadres_are_counted_for_whoever_confirms_in_that_street(street):
    appeal = make_appeal(street)
    cadres.mark(appeal, street.people["office"])
    other = make_user("elsewhere")
    appoint(other, "discipline", street.units["外街道党建工作协调委员会"], starts_on=LONG_AGO, reason="测试")

    def waits(user):
        _, shown = notices(user, appointments_of(user))
        return [notice.row["key"] for notice in shown if notice.kind.code == "to_confirm"]

    assert {u.username: waits(u) for u in (street.people["discipline"], other)} == {
        "discipline": [1],
        "elsewhere": [],
    }


def test_a_leader_is_asked_to_sign_the_orders_of_their_own_street(street):
    drafts = {"kind": "decree", "issued": False}
    mine = make_order(street, to=("东中心",), **drafts)
    make_order(street, to=("外中心",), by="stranger", unit="外街道党建工作协调委员会", **drafts)
    waiting = {login: drafts_to_do(street.people[login], {Duty.SIGN}).rows for login in ("leader", "office")}
    assert waiting == {"leader": [mine], "office": []}


def test_the_first_page_counts_the_units_of_ones_posts(street, client):
    charge = {}
    for login in ("leader", "commissioner", "secretary"):
        log_in(client, street.people[login])
        charge[login] = [unit.name for unit, _ in client.get("/").context["units"]]
    assert charge == {
        "leader": ["东中心", "西中心"],
        "commissioner": ["东一社区", "东二社区"],
        "secretary": ["东一社区"],
    }
