"""A full disk in a real browser: it says so, and what was typed waits on the device for the form."""

import re

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from partybuilding.matters.logs.models import WorkLog
from tests.cast import build_street
from tests.small_disk import PAPER, files_end_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_was_typed_is_there_again_when_there_is_room(visit):
    build_street()
    page = visit("secretary")
    page.goto("/worklogs/new/")
    page.get_by_label("做了什么").fill("清出堆物三处")
    page.locator("input[name=files]").set_input_files(
        {"name": "甲.pdf", "mimeType": "application/pdf", "buffer": PAPER}
    )
    with files_end_at(200_000):
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("alert")).to_contain_text("未保存，磁盘已满。没有提交；填的内容和选好的文件都还在")
    expect(page.locator(".chosen li")).to_contain_text("甲.pdf")
    page.goto("/")  # first somewhere else
    page.goto("/worklogs/new/")
    expect(page.get_by_text("已填回上次没有提交成功的内容。")).to_be_visible()
    expect(page.get_by_label("做了什么")).to_have_value("清出堆物三处")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    assert WorkLog.objects.get().text == "清出堆物三处"
    [refused] = visit.faults
    assert "507" in refused
    visit.faults.clear()


def test_a_part_of_a_page_that_met_a_full_disk_says_so_at_its_head(visit):
    street = build_street()
    person = street.people["deputy"]
    type(person).objects.filter(pk=person.pk).update(phone="13800000000")
    page = visit("secretary")
    page.goto(f"/people/{person.pk}/")
    answer = {"status": 507, "content_type": "text/html", "body": render_to_string("_507.html")}
    where = {"HX-Retarget": "#main", "HX-Reswap": "afterbegin"}
    page.route("**/phone/", lambda route: route.fulfill(**answer, headers=where))
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("alert")).to_contain_text("未保存，磁盘已满。")
    expect(page.get_by_role("button", name="查看")).to_be_visible()
    assert [fault for fault in visit.faults if "507" not in fault] == []
    visit.faults.clear()
