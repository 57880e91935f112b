"""A database that is waited for in vain, in a real browser: the page says so, and what was typed waits for its form."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from playwright.sync_api import expect

from partybuilding.matters.logs.models import WorkLog
from tests.cast import build_street
from tests.waiting import SHORT, rows_of_logs_held
from yuqiao_portal.safeguards.waits import bounded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@contextmanager
def every_thread_waits_as(waits):
    """For the server's threads, whose open connections are ended."""
    known = connections.databases["default"]
    before = dict(known)
    known |= bounded(known, waits)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            mine = "datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}")
    try:
        yield
    finally:
        known |= before


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_what_was_typed_is_there_again_when_the_database_answers(visit, width):
    build_street()
    page = visit("secretary", width)
    page.goto("/worklogs/new/")
    page.get_by_label("做了什么").fill("清出堆物三处")
    with every_thread_waits_as(SHORT), rows_of_logs_held():
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("alert")).to_contain_text("系统正忙，请稍后再试，您填的内容还在。没有提交")
    expect(page.get_by_label("做了什么")).to_have_value("清出堆物三处")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    assert WorkLog.objects.get().text == "清出堆物三处"
    [refused] = visit.faults
    assert "503" in refused
    visit.faults.clear()
