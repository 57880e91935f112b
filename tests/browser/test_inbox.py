"""What a leader does is on the secretary's phone with the next reload: first on the page, in the right words; one tap where it suffices."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from districts.calendar.workdays import add_working_days
from districts.inbox.models import Notice
from districts.inbox.reminding import remind
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import OrderAssignment
from tests.browser.steps import Steps
from tests.cast import build_street, make_order, share_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def street():
    return build_street()


def at_work(street, title):
    share = share_of(make_order(street, title=title, days=20), "东一社区")
    actions.receive(share, street.people["secretary"])
    return share


def test_five_acts_of_a_leader_are_each_first_on_the_phone_after_one_reload(street, visit):
    secretary, leader = street.people["secretary"], street.people["leader"]
    urged, refused, returned = (at_work(street, title) for title in ("要催的", "要延期的", "要退回的"))
    actions.ask_extension(refused, secretary, note="等产权单位", until=refused.due_on + timedelta(days=5))
    actions.report(returned, secretary, note="办了")
    Notice.objects.all().delete()
    page = visit("secretary", "phone")
    first = page.locator("main .rows .row-link").first
    acts = [
        (lambda: actions.urge(urged, leader), "要催的", "名leader 催办"),
        (lambda: make_order(street, title="新交办的", by="leader", days=20), "新交办的", "名leader 交办"),
        (lambda: actions.answer_extension(refused, leader, is_granted=False, note="不能再等"), "要延期的", "不能再等"),
        (lambda: actions.send_back(returned, leader, note="缺照片"), "要退回的", "名leader 退回：缺照片"),
    ]
    for number, (act, title, words) in enumerate(acts, 1):
        act()
        page.goto("/")
        expect(first).to_contain_text(title)
        expect(first).to_contain_text(words)
        expect(page.get_by_role("link", name=f"消息，{number} 条未读")).to_be_visible()
        place = first.bounding_box()
        assert place["y"] + place["height"] < 844 - 70, title  # above the fold and the bar
    actions.report(urged, secretary, note="办完了")
    actions.accept(urged, leader)
    page.goto("/inbox/")
    expect(page.locator("main .row-link").first).to_contain_text("名leader 审核办结")
    page.locator("main .row-link").first.click()
    expect(page.locator("main h1")).to_have_text("要催的")
    expect(page.get_by_role("link", name="消息，4 条未读")).to_be_visible()
    page.goto("/inbox/")
    page.get_by_role("button", name="全部已读").click()
    expect(page.get_by_role("link", name="消息", exact=True)).to_be_visible()


def test_to_accept_to_grant_and_to_urge_are_one_tap_each_on_the_phone(street, visit):
    secretary = street.people["secretary"]
    done, later = at_work(street, "办完的"), at_work(street, "要延期的")
    actions.report(done, secretary, note="办了")
    until = later.due_on + timedelta(days=5)
    actions.ask_extension(later, secretary, note="等产权单位", until=until)
    late = at_work(street, "逾期的")
    OrderAssignment.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    page = visit("leader", "phone")
    steps = Steps(page)
    steps.tap("button", "^审核办结$")
    expect(page.get_by_text("“办完的”已审核办结。")).to_be_visible()
    steps.tap("button", "^同意延期$")
    expect(page.get_by_text("“要延期的”已同意延期。")).to_be_visible()
    steps.tap("button", "^催办$")
    expect(page.get_by_text("“逾期的”已催办。")).to_be_visible()
    expect(page.get_by_role("button", name="催办")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/$"))
    done.refresh_from_db()
    later.refresh_from_db()
    assert (steps.taken, done.state, later.state, later.due_on) == (3, "accepted", "received", until)
    assert [step.verb for step in late.steps.all()] == ["receive", "urge"]


def test_a_morning_of_reminders_is_one_line_with_what_is_below_it_and_can_be_switched_off(street, visit):
    for n in range(3):
        make_order(street, title=f"第{n}件", days=40)
    Notice.objects.all().delete()
    remind(add_working_days(timezone.localdate(), 2))
    page = visit("secretary", "phone")
    page.get_by_role("link", name="消息，1 条未读").click()
    expect(page.locator("main .rows > .row-link")).to_have_count(1)
    expect(page.locator("main .rows > .row-link")).to_contain_text("今早提醒：3 件")
    expect(page.locator("main .rows-below .row-link")).to_have_count(3)
    page.get_by_role("link", name="还没有签收：第1件").click()
    expect(page.locator("main h1")).to_have_text("第1件")
    page.goto("/inbox/")
    page.get_by_role("link", name="今早提醒：3 件").click()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.get_by_role("link", name="消息", exact=True)).to_be_visible()
    page.goto("/inbox/")
    page.get_by_text("提醒设置").click()
    page.get_by_label("每周再提醒").uncheck()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("提醒设置已保存。")).to_be_visible()
    page.get_by_text("提醒设置", exact=True).click()
    expect(page.get_by_label("每周再提醒")).not_to_be_checked()
    expect(page.get_by_label("早上的摘要")).to_be_checked()
