"""What has the cursor is seen: its ring stands out from what is around it, and nothing of the frame lies over it."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import visit_admin
from tests.browser.working_street import addresses
from tests.cast import build_street

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "office": ("/", "/orders/new/", "/orders/?open=1", "/appeals/rules/", "/appointments/", "/orders/?todo=accept"),
    "secretary": ("/", "/worklogs/new/", "/organisation/", "/me/", "/standings/"),
}
LOOK = """() => {
  const element = document.activeElement, ring = getComputedStyle(element.closest(".band-search") || element);
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (c) => { const x = c / 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; };
  const lightness = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const contrast = (a, b) => {
    const [low, high] = [lightness(a), lightness(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  let around = element.parentElement, colours = [];
  for (; around && !colours.length; around = around.parentElement) {
    const style = getComputedStyle(around), solid = rgb(style.backgroundColor);
    if (style.backgroundImage.includes("gradient")) colours = style.backgroundImage.match(/rgb\\([^)]*\\)/g).map(rgb);
    else if (solid.length === 3 || solid[3] === 1) colours = [solid];
  }
  const width = ring.outlineStyle === "none" ? 0 : parseFloat(ring.outlineWidth);
  const box = element.getBoundingClientRect();
  const tabs = element.closest(".tabs") ? null : document.querySelector(".tabs")?.getBoundingClientRect();
  return {
    what: element.outerHTML.slice(0, 120),
    is_page: element === document.body || element.tagName === "MAIN",
    is_faint: width < 2 || Math.min(...colours.map((c) => contrast(rgb(ring.outlineColor), c))) < 3,
    is_hidden: Boolean(tabs && tabs.height && box.bottom > tabs.top + 1 && box.height < tabs.top),
  };
}"""


def faults_on_the_way(page, address, most=80):
    """Tab through a page: every stop whose ring is faint or that lies behind the tabs."""
    page.emulate_media(reduced_motion="reduce")  # a page that glides is not yet where it stops
    page.goto(address)
    for _ in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate(LOOK)
        if seen["is_page"]:
            return
        if seen["is_faint"] or seen["is_hidden"]:
            yield address, seen


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("login", PAGES)
def test_every_stop_of_the_cursor_is_seen(visit, login, width):
    addresses()
    page = visit(login, width)
    assert [fault for address in PAGES[login] for fault in faults_on_the_way(page, address)] == []


def test_every_stop_of_the_log_in_is_seen(visit):
    build_street()
    assert list(faults_on_the_way(visit(None, "phone"), "/login/")) == []


def test_every_stop_of_the_admin_is_seen(visit):
    build_street()
    page = visit_admin(visit, "sysadmin")
    places = ("/admin/", "/admin/districts/unit/add/", "/admin/districts/user/")
    assert [fault for address in places for fault in faults_on_the_way(page, address, 60)] == []


def test_a_choice_of_several_is_a_box_to_tick(visit):
    addresses()
    page = visit("office", "phone")
    page.goto("/orders/new/")
    box = page.get_by_label("公开揭榜")
    box.check()
    expect(box).to_be_checked()
    drawn = "element => [getComputedStyle(element).appearance, element.offsetWidth < 40]"
    for tick in page.locator("main :is([type=checkbox], [type=radio])").all():
        assert tick.evaluate(drawn) == ["auto", True]
