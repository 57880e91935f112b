"""Escape closes whatever is open on a page and gives the cursor back to what opened it."""

import pytest
from playwright.sync_api import expect

from tests.browser.working_street import addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOCUSED = "element => element === document.activeElement"
INSIDE = "a, button, input:not([type=hidden]), select, textarea, [tabindex]"


@pytest.mark.parametrize("login", ["office", "secretary"])
def test_everything_that_opens_closes_on_escape(visit, login):
    pages = addresses()[login]
    page, closed = visit(login), set()
    for address in pages:
        page.goto(address)
        for n in range(page.locator("details").count()):
            closed.add(close(page, page.locator("details").nth(n)))
    visit.faults[:] = [f for f in visit.faults if "404" not in f]  # the missing page is meant
    assert len(closed) >= 6


def close(page, details):
    """Open by its button, go inside where there is a place for it, press Escape. The text of its button."""
    button = details.locator("> summary")
    if details.get_attribute("open") is None:
        button.press("Enter")
    if details.get_attribute("data-hx-get"):
        details.locator(".filter-fields :is(input, select)").last.wait_for()  # what is inside comes when it is opened
    inside = details.locator(INSIDE).first
    if inside.count() and inside.is_visible():
        inside.focus()
    page.keyboard.press("Escape")
    expect(details).not_to_have_attribute("open", "")
    assert button.evaluate(FOCUSED), button.inner_text()
    return button.inner_text().strip()


def test_the_account_menu_closes_from_anywhere(visit):
    addresses()
    page = visit("office", "phone")
    menu = page.locator("details.account")
    menu.locator("summary").click()
    page.locator("main").focus()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    assert menu.locator("summary").evaluate(FOCUSED)


def test_the_question_before_leaving_closes_and_leaves_the_menu_open(visit):
    addresses()
    page = visit("office")
    page.goto("/worklogs/new/")
    page.get_by_label("做了什么").fill("没有提交的话")
    page.locator("details.account summary").click()
    leave = page.get_by_role("button", name="退出登录")
    leave.click()
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert leave.evaluate(FOCUSED)


def test_escape_that_ends_the_choice_of_a_character_closes_nothing(visit):
    addresses()
    page = visit("office")
    menu = page.locator("details.account")
    menu.locator("summary").click()
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', isComposing: true}))")
    expect(menu).to_have_attribute("open", "")
