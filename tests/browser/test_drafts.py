"""What is typed and not sent: given back to the same person, never to the next one, and named before it goes at log-out."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.cast import PASSWORD, build_street

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TYPED = "写了一半的话"
DRAFTS = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"


@pytest.fixture
def street():
    return build_street()


def type_a_log(page):
    page.goto("/worklogs/new/")
    page.get_by_label("做了什么").fill(TYPED)


def come_back_as(page, login):
    """The session ran out; somebody logs in on the same tab and opens the same form."""
    page.context.clear_cookies(name="sessionid")
    page.goto("/worklogs/new/")
    page.get_by_label("用户名或工号").fill(login)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/worklogs/new/")


def ask_to_leave(page):
    page.locator("details.account summary").click()
    page.get_by_role("button", name="退出登录").click()


def test_a_draft_is_the_same_persons_and_no_other_ones(street, visit):
    page = visit("secretary", "phone")
    type_a_log(page)
    come_back_as(page, "secretary")
    expect(page.get_by_label("做了什么")).to_have_value(TYPED)
    come_back_as(page, "neighbour")
    expect(page.get_by_label("做了什么")).to_have_value("")
    assert page.evaluate(DRAFTS) == 0  # and it is gone from the device
    come_back_as(page, "secretary")
    expect(page.get_by_label("做了什么")).to_have_value("")


def test_the_key_is_the_persons_and_says_neither_name_nor_number(street, visit):
    page, other = visit("secretary"), visit("neighbour")
    keys = [p.locator("body").get_attribute("data-person") for p in (page, other)]
    assert len(set(keys)) == 2
    assert all(re.fullmatch("[0-9a-f]{20}", key) for key in keys)
    expect(visit(None).locator("body[data-person]")).to_have_count(0)


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_log_out_names_what_is_unsent_and_asks(street, visit, width):
    """By keyboard alone; staying keeps everything, leaving removes it."""
    page = visit("secretary", width)
    type_a_log(page)
    page.locator("details.account summary").press("Enter")
    page.get_by_role("button", name="退出登录").press("Enter")
    dialog = page.get_by_role("dialog", name="还有没提交的内容")
    expect(dialog.get_by_role("listitem")).to_have_text(["记一条工作"])
    expect(dialog.get_by_role("button", name="返回")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("做了什么")).to_have_value(TYPED)
    page.get_by_role("button", name="退出登录").press("Enter")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="继续退出")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/**")
    assert page.evaluate(DRAFTS) == 0
    assert TYPED not in page.evaluate("Object.values(localStorage).join()")


def test_staying_lets_one_leave_later_and_with_nothing_unsent_nothing_is_asked(street, visit):
    page = visit("secretary")
    type_a_log(page)
    ask_to_leave(page)
    page.get_by_role("button", name="返回").click()
    page.get_by_label("做了什么").fill("")  # typed and wiped
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/login/**")


def test_a_number_is_dialled_by_the_tap_that_asks_for_it(street, visit):
    from districts.posts.models import User
    from districts.trail.models import Event

    User.objects.filter(username="secretary").update(phone="13812345678")
    page = visit("aide", "phone")
    page.goto(f"/people/{street.people['secretary'].pk}/")
    page.evaluate(
        "document.addEventListener('click', (e) => { const a = e.target.closest('a[href^=\"tel:\"]');"
        " if (a) { window.dialled = (window.dialled || 0) + 1; e.preventDefault(); } })"
    )
    page.get_by_role("button", name="拨打").click()
    expect(page.get_by_role("link", name="13812345678")).to_be_focused()
    assert page.evaluate("window.dialled") == 1
    assert Event.objects.filter(kind="reveal").count() == 1
