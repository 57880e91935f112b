"""Every page, as the posts that use it, at both widths: no axe violation, no console error, nothing foreign, no sideways scroll."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from districts.units.models import Unit
from tests.browser.steps import visit_admin
from tests.browser.working_street import addresses
from tests.cast import build_street

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


WITH_SIZES = {"rules": {"target-size": {"enabled": True}, "region": {"enabled": True}}}
SMALL = """[...document.querySelectorAll("main .btn-primary, .tabs a, .band-button, .account summary")]
  .map((e) => [e.outerHTML.slice(0, 100), e.getBoundingClientRect().height])
  .filter(([, height]) => height && height < 43.5).map(([what]) => what)"""


def faults_of(page, address):
    """axe's violations, main actions too small for a thumb, and whether the page is wider than the window."""
    found = Axe().run(page, options=WITH_SIZES).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    faults = [(address, v["id"], v["nodes"][0]["html"][:120]) for v in found] + [(address, "too wide", "")] * wide
    return faults + [(address, "below 44 px", what) for what in page.evaluate(SMALL)]


@pytest.mark.parametrize(
    ("login", "width"),
    [("office", "phone"), ("office", "desk"), ("secretary", "phone"), ("discipline", "phone"), ("discipline", "desk")],
)
def test_pages_are_accessible_and_quiet(visit, login, width):
    pages, wrong = addresses()[login], []
    page = visit(login, width)
    for address in pages:
        page.goto(address)
        wrong += faults_of(page, address)
    visit.faults[:] = [f for f in visit.faults if "404" not in f]  # the missing page is meant
    assert wrong == []


def test_the_word_that_all_is_invented_stands_in_a_landmark(visit):
    build_street()
    Unit.objects.update(is_fictional=True)
    page, wrong = visit("office", "phone"), []
    for address in ("/", "/help/"):
        page.goto(address)
        expect(page.get_by_text("演示数据，纯属虚构")).to_be_visible()
        wrong += faults_of(page, address)
    assert wrong == []


def test_paper_holds_what_is_written_and_nothing_to_fill_in(visit):
    pages, found = addresses(), {}
    Unit.objects.update(is_fictional=True)
    for login in ("office", "secretary"):
        page = visit(login, "desk")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 660, "height": 930})  # A4 without its margins
        for address in pages[login]:
            page.goto(address)
            asked = page.locator("main :is(textarea, button, select):visible").count()
            wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            if asked or wide or not page.get_by_text("演示数据，纯属虚构").is_visible():
                found[login, address] = asked, wide
    visit.faults[:] = [f for f in visit.faults if "404" not in f]
    assert found == {}


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_errors_are_accessible_too(visit, width):
    addresses()
    page, wrong = visit("office", width), []
    for address in ("/orders/new/", "/worklogs/new/"):
        page.goto(address)
        page.locator("form[data-draft] button.btn-primary").click()
        page.get_by_text("还有地方需要修改").first.wait_for()
        wrong += faults_of(page, address)
    page = visit(None, width)
    wrong += faults_of(page, "/login/")
    assert wrong == []


def test_the_admin_keeps_the_policy(visit):
    """No inline style or script is refused on any admin page: the console stays quiet."""
    street = build_street()
    for login in ("sysadmin", "secadmin", "auditor"):
        page = visit_admin(visit, login)
        for address in admin_addresses(street, login):
            page.goto(address)
            expect(page.locator("#content"), address).to_have_count(1)


def admin_addresses(street, login):
    unit, person = street.units["东一社区"].pk, street.people["worker"]
    post = person.appointments.get().pk
    pages = ["/admin/", "/admin/districts/unit/", f"/admin/districts/unit/{unit}/change/", "/admin/districts/user/"]
    pages += [f"/admin/districts/user/{person.pk}/change/", "/admin/districts/appointment/"]
    pages += [f"/admin/districts/appointment/{post}/change/"]
    pages += ["/admin/districts/servicelink/", "/admin/districts/calendarday/", "/admin/districts/delegation/"]
    pages += ["/admin/districts/grant/", "/admin/districts/appointmentchange/"]
    if login == "secadmin":
        pages += ["/admin/districts/delegation/add/", "/admin/districts/grant/add/"]
    if login == "sysadmin":
        pages += ["/admin/districts/unit/opening/", "/admin/districts/job/", "/admin/districts/calendarday/add/"]
        pages += [
            "/admin/districts/servicelink/add/",
            "/admin/districts/unit/add/",
            f"/admin/districts/user/{person.pk}/password/",
        ]
    if login == "auditor":
        from auditlog.models import LogEntry

        pages += [
            "/admin/districts/event/",
            "/admin/auditlog/logentry/",
            f"/admin/auditlog/logentry/{LogEntry.objects.first().pk}/change/",
        ]
    return pages


@pytest.mark.parametrize("login", ["office", "secretary"])
def test_a_first_load_is_at_most_100_kb(login, visit):
    """All that a browser without a cache fetches for the workbench, each body packed as the server sends it."""
    addresses()
    page, sizes = visit(login, "phone"), {}
    fresh = page.context.browser.new_context(storage_state=page.context.storage_state())
    first = fresh.new_page()
    first.on("response", lambda r: sizes.update({r.url: len(gzip.compress(r.body()))}))
    first.goto(page.url)
    first.wait_for_load_state("networkidle")
    fresh.close()
    assert any(url.endswith(".css") for url in sizes)
    assert sum(sizes.values()) <= 100 * 1024, sizes
