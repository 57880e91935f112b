"""The first full loop in a real browser, as three people: issued, signed on a phone, done, accepted, rolled up, opened."""

import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from districts.jobs.models import Job
from districts.jobs.running import sweep
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order
from tests.browser.steps import answered
from tests.cast import build_street, only_orders
from tests.processes import worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_loop(visit):
    street = build_street()
    only_orders()
    month = f"{timezone.localdate():%Y-%m}"
    roll_up(month)
    issue(visit("commissioner"))
    order = Order.objects.get()
    handle(visit("secretary", "phone"))
    accept(visit("office"))
    order.assignments.update(due_on=timezone.localdate())  # due this month, on any day that this test is run
    with worker():
        roll_up_on_demand(visit("office"), month)
    opened = visit("secretary", "phone")
    opened.goto("/standings/" + month + "/")
    opened.get_by_role("link", name="东一社区").click()
    expect(opened.locator("main")).to_contain_text("按期办结率 100.0%")
    opened.get_by_role("link", name="1/1").click()
    expect(opened.locator("h1")).to_contain_text("按期办结率 1/1")
    opened.get_by_role("link", name=re.compile("三号楼堆物")).click()
    expect(opened.locator("main")).to_contain_text("已清理完毕")
    assert street.units["东一社区"].sheets.get().score == 10000


def issue(page):
    page.get_by_role("link", name="新建事项").click()
    page.get_by_label("标题").fill("三号楼堆物清理")
    page.get_by_label("要求").fill("三天内清完并复查")
    page.get_by_label("牵头单位").select_option(label="东一社区")
    page.get_by_role("button", name=re.compile("^交办")).click()
    expect(page.locator("main")).to_contain_text("交办〔")
    expect(page.locator("main")).to_contain_text("待签收")


def handle(page):
    """The secretary's four steps: open the notice, sign for it, pick the log, report; the log itself takes two."""
    page.get_by_role("link", name=re.compile("三号楼堆物")).first.click()
    page.get_by_role("button", name="签收").click()
    answered(page)
    page.get_by_role("link", name="记一条").first.click()
    page.get_by_label("做了什么").fill("清出旧家具两车，已复查")
    page.get_by_role("button", name="提交").click()
    answered(page)
    assert WorkLog.objects.get().order == Order.objects.get()
    expect(page.get_by_label(re.compile("清出旧家具"))).to_be_checked()
    page.get_by_label("办理结果").fill("已清理完毕")
    page.get_by_role("button", name="报结").click()
    expect(page.locator("main")).to_contain_text("已报结待审核")


def accept(page):
    page.get_by_role("link", name=re.compile("三号楼堆物")).first.click()
    expect(page.locator("main")).to_contain_text("清出旧家具两车")
    page.get_by_role("button", name="审核办结").click()
    expect(page.locator("main")).to_contain_text("已办结")


def roll_up_on_demand(page, month):
    page.goto(f"/standings/{month}/")
    page.get_by_role("button", name="重算本期").click()
    for _ in range(40):  # the page asks by itself; the sweep stands in for beat
        if Job.objects.get().state == Job.State.DONE:
            break
        sweep()
        time.sleep(0.5)
    page.get_by_text("汇总完成。").wait_for()
    page.get_by_role("link", name="查看新结果").click()


def test_typing_survives_a_session_that_ran_out(visit):
    build_street()
    page = visit("secretary", "phone")
    page.goto("/worklogs/new/")
    page.get_by_label("做了什么").fill("写了一半的话")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/login/**")
    from tests.cast import PASSWORD

    page.get_by_label("用户名或工号").fill("secretary")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/worklogs/new/")
    expect(page.get_by_label("做了什么")).to_have_value("写了一半的话")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    page.goto("/worklogs/new/")
    expect(page.get_by_label("做了什么")).to_have_value("")


def test_a_filter_reloads_the_rows_alone_and_an_expired_session_goes_to_the_log_in(visit):
    build_street()
    page = visit("secretary")
    page.goto("/worklogs/")
    page.get_by_placeholder("搜索", exact=True).fill("没有这句话")
    page.get_by_placeholder("搜索", exact=True).press("Tab")
    page.wait_for_url("**q=**")
    page.get_by_text("没有符合条件的日志。").wait_for()
    page.goto("/worklogs/")
    page.get_by_text("筛选", exact=True).click()  # the fields come when they are opened
    page.get_by_label("从", exact=True).fill("2000-01-01")
    page.get_by_label("从", exact=True).press("Tab")
    page.wait_for_url("**since=2000-01-01**")
    expect(page).not_to_have_url(re.compile("fields"))
    page.context.clear_cookies(name="sessionid")
    page.get_by_placeholder("搜索", exact=True).fill("再找")
    page.get_by_placeholder("搜索", exact=True).press("Tab")
    page.wait_for_url("**/login/**")
    expect(page).to_have_url(re.compile("next=%2Fworklogs"))
