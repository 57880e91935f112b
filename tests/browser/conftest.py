"""A real Chromium at two widths; a foreign request or a console error fails the test that caused it."""

import os
from urllib.parse import urlsplit

import pytest

from tests.cast import PASSWORD
from tests.conftest import CHROMIUM

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps a loop in the test's thread
WIDTHS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}
LOCAL = {"127.0.0.1", "localhost", "::1"}


@pytest.fixture(scope="session")
def browser_type_launch_args():
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
    return {"executable_path": CHROMIUM, "args": [*quiet, "--no-first-run", "--disable-component-update"]}


@pytest.fixture
def visit(browser, live_server):
    """`visit(login, width)` logs somebody in and returns their page; at the end nothing foreign or faulty may have happened."""
    faults, contexts = [], []

    def watch(page):
        page.on("console", lambda m: faults.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda r: faults.append(r.url) if is_foreign(r.url) else None)
        return page

    def visit(login=None, width="desk"):
        context = browser.new_context(viewport=WIDTHS[width], locale="zh-CN", base_url=live_server.url)
        contexts.append(context)
        page = watch(context.new_page())
        page.goto("/login/")
        if login:
            page.get_by_label("用户名或工号").fill(login)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url("**/")
        return page

    visit.faults = faults
    yield visit
    [context.close() for context in contexts]
    assert faults == []


def is_foreign(url):
    parts = urlsplit(url)
    return parts.scheme not in {"data", "blob"} and parts.hostname not in LOCAL
