"""The daily tasks of the posts, counted: a step is one tap, one choice or one field that must be filled; typing is not."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from districts.duties import Post
from districts.posts.appointing import appoint
from districts.posts.changes import prepare_change
from districts.posts.models import AppointmentChange
from partybuilding.assessment.models import Objection, ScoreSheet, Settlement, Survey
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.settling import actions as settling
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import OrderAssignment
from tests.browser.steps import Steps
from tests.cast import LONG_AGO, build_street, make_log, make_order, make_user, month_before_last, only_orders, share_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def street():
    return build_street()


def test_a_secretary_logs_in_two_steps_with_what_the_text_says(street, visit):
    order = make_order(street, title="清理楼道堆物")
    page = visit("secretary", "phone")
    steps = Steps(page)
    steps.tap("link", "记一条")
    page.get_by_label("做了什么").fill("昨天在3号楼清理了楼道堆物")
    page.get_by_text("清理楼道堆物").first.wait_for()  # the guess stands under the box before anything is saved
    page.get_by_text(re.compile("环境整治")).first.wait_for(state="attached")
    steps.tap("button", "提交")
    log = WorkLog.objects.get()
    assert steps.taken == 2
    assert (log.happened_on, log.place, log.category, log.order) == (
        timezone.localdate() - timedelta(days=1),
        "3号楼",
        "clean",
        order,
    )


def test_what_was_corrected_by_hand_is_not_guessed_over(street, visit):
    page = visit("secretary", "phone")
    page.goto("/worklogs/new/")
    page.get_by_text("不对？改这里").click()
    page.get_by_label("类别").select_option(label="会议学习")
    with page.expect_response("**/worklogs/guess/"):
        page.get_by_label("做了什么").fill("清理了楼道堆物")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url(re.compile(r"/worklogs/\d+/"))
    assert WorkLog.objects.get().category == "meeting"


def test_a_secretary_signs_does_and_reports_in_four(street, visit):
    order = make_order(street, title="三号楼堆物")
    make_log(street, order=order)
    page = visit("secretary", "phone")
    steps = Steps(page)
    expect(page.locator("main")).to_contain_text("三号楼堆物")  # due today is the first screen: no step
    steps.tap("link", "三号楼堆物")
    steps.tap("button", "签收")
    page.get_by_label("办理结果").fill("已清理")
    steps.tap("button", "^报结")  # the log is picked as evidence already
    assert (steps.taken, share_of(order, "东一社区").state) == (3, "reported")
    assert share_of(order, "东一社区").steps.last().logs.count() == 1


def test_a_leader_issues_in_three(street, visit):
    page = visit("leader")
    steps = Steps(page)
    page.goto("/orders/new/")
    steps.check("交办事项")
    page.get_by_label("标题").fill("排查充电棚")
    page.get_by_label("要求").fill("一周内")
    steps.choose("牵头单位", "东中心")
    steps.tap("button", "^交办或送签")
    assert (steps.taken, OrderAssignment.objects.get().state) == (3, "issued")


def test_a_leader_accepts_answers_and_urges_in_one_each(street, visit):
    reported, asked, late = (share_of(make_order(street, title=f"第{n}件"), "东一社区") for n in range(3))
    for share in (reported, asked):
        actions.receive(share, street.people["secretary"])
    actions.report(reported, street.people["secretary"], note="办好了")
    actions.ask_extension(asked, street.people["secretary"], note="等", until=asked.due_on + timedelta(days=9))
    page = visit("leader")
    for share, button, state in [
        (reported, "审核办结", "accepted"),
        (asked, "^同意延期", "received"),
        (late, "^催办", "issued"),
    ]:
        page.goto(f"/orders/{share.order_id}/")
        steps = Steps(page)
        steps.tap("button", button)
        share.refresh_from_db()
        assert (steps.taken, share.state) == (1, state)
    page.goto(f"/orders/{asked.order_id}/")
    steps = Steps(page)
    steps.tap("button", "已电话催办")
    assert asked.steps.last().label == "已电话催办"


def test_a_leader_accepts_several_at_once(street, visit):
    for n in range(2):
        share = share_of(make_order(street, title=f"第{n}件"), "东一社区")
        actions.receive(share, street.people["secretary"])
        actions.report(share, street.people["secretary"], note="办好了")
    page = visit("leader", "phone")
    page.goto("/orders/?todo=accept")
    steps = Steps(page)
    steps.check("第0件")
    steps.check("第1件")
    steps.tap("button", "审核办结勾选的")
    assert OrderAssignment.objects.filter(state="accepted").count() == 2
    assert steps.taken == 3


def test_what_is_stuck_needs_no_step(street, visit):
    share = share_of(make_order(street, title="卡住的事"), "东一社区")
    actions.receive(share, street.people["secretary"])
    actions.ask_extension(share, street.people["secretary"], note="等", until=share.due_on + timedelta(days=9))
    page = visit("leader")
    expect(page.locator("main")).to_contain_text("待街道答复")
    expect(page.locator("main")).to_contain_text("卡住的事")


def test_a_change_of_post_is_one_row_with_its_difference_before(street, visit):
    page = visit("office")
    page.goto("/appointments/")
    page.get_by_label("任命").first.check()
    page.get_by_label("人员").select_option(label="名worker（worker）")
    page.get_by_label("岗位").select_option(label="社区（村）书记")
    page.get_by_label("单位").first.select_option(label="西村")
    page.get_by_label("文件或依据").fill("通委〔2026〕8号")
    page.get_by_label("职务名称").click()
    page.get_by_text("增加：名worker：西村及以下").wait_for()
    steps = Steps(page)
    steps.tap("button", "送安全管理员授权")
    assert (steps.taken, AppointmentChange.objects.get().state) == (1, "prepared")


def test_the_administrator_drags_a_community_and_sees_it_moved(street, visit):
    from tests.browser.steps import visit_admin

    page = visit_admin(visit, "sysadmin")
    page.goto("/admin/districts/unit/")
    handle = page.locator(f"tr:has(a[href*='/unit/{street.units['东二社区'].pk}/change/']) .drag-handle")
    target = page.locator(f"tr:has(a[href*='/unit/{street.units['西一社区'].pk}/change/'])")  # before it, so beside it
    start, end = handle.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 200, end["y"] + end["height"] / 6, steps=12)
    page.mouse.move(end["x"] + 260, end["y"] + end["height"] / 6, steps=6)
    page.mouse.up()
    page.get_by_text(re.compile("从今天起归“西中心”")).wait_for()
    street.units["东二社区"].refresh_from_db()
    assert street.units["东二社区"].parent.name == "西中心"


def test_the_security_administrator_authorises_in_the_browser(street, visit):
    from tests.browser.steps import visit_admin

    change = AppointmentChange(
        user=street.people["worker"], post="secretary", unit=street.units["西村"], on=timezone.localdate(), reason="任"
    )
    prepare_change(change, by=street.people["office"])
    page = visit_admin(visit, "secadmin")
    page.goto(f"/admin/districts/appointmentchange/{change.pk}/change/")
    page.get_by_label("同意，现在办理").check()
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/appointmentchange/")
    change.refresh_from_db()
    assert change.state == "done"


def test_a_phone_is_revealed_by_a_tap(street, visit):
    from districts.posts.models import User

    User.objects.filter(username="secretary").update(phone="13812345678")
    page = visit("aide", "phone")
    page.goto(f"/people/{street.people['secretary'].pk}/")
    expect(page.locator("main")).to_contain_text("138****5678")
    expect(page.locator("main")).not_to_contain_text("13812345678")
    page.get_by_role("button", name="查看").click()
    page.get_by_role("link", name="13812345678").wait_for()


def test_a_month_is_settled_in_three_steps(street, visit):
    only_orders()
    month = month_before_last()
    roll_up(f"{month:%Y-%m}")
    page = visit("office")
    page.goto("/standings/")
    steps = Steps(page)
    steps.tap("button", "重算本期")
    steps.tap("button", "发给各单位核对")
    expect(page.get_by_text("已发给各单位核对")).to_be_visible()
    Settlement.objects.update(check_until=timezone.localdate() - timedelta(days=1))  # the working days have gone by
    steps.tap("button", "^审定$")
    assert steps.taken == 3
    root = street.units["槐花街道党建工作协调委员会"]
    assert Settlement.objects.get(street=root).state == "final"
    assert ScoreSheet.objects.filter(street=root, is_final=True).count() == 6


def test_surveyed_figures_are_pasted_and_confirmed_by_a_second_person_in_two_steps(street, visit):
    appoint(
        make_user("second"),
        Post.PARTY_OFFICE,
        street.units["槐花街道党建工作协调委员会"],
        starts_on=LONG_AGO,
        reason="测",
    )
    page = visit("office")
    page.goto("/standings/surveys/")
    for label, text in (("测评名称", "三季度"), ("测评日期", "2026-10-09"), ("来源文件", "函")):
        page.get_by_label(label).fill(text)
    page.get_by_label("各单位的数字").fill("东一社区\t45\t50\n西村\t8\t10")
    first = Steps(page)
    first.tap("button", "录入")
    expect(page.get_by_text("请另一位同事核对后确认")).to_be_visible()
    address = page.url
    second = Steps(visit("second"))
    second.page.goto(address)
    second.tap("button", "核对无误")
    assert (first.taken + second.taken, Survey.objects.get().state) == (2, "confirmed")


def test_a_secretary_opens_a_score_down_to_its_record_and_objects_on_a_phone(street, visit):
    only_orders()
    month = month_before_last()
    order = make_order(street, title="清理楼道堆物")
    OrderAssignment.objects.filter(order=order).update(due_on=month)
    roll_up(f"{month:%Y-%m}")
    settling.publish(
        Settlement.objects.select_related("period").get(street=street.units["槐花街道党建工作协调委员会"]),
        street.people["office"],
    )
    page = visit("secretary", "phone")
    page.goto("/standings/")
    steps = Steps(page)
    steps.tap("link", "东一社区")
    steps.tap("link", "^0.1$")
    expect(page.get_by_text("清理楼道堆物")).to_be_visible()
    page.go_back()
    steps.tap("link", "提异议")
    steps.choose("对哪一项", "按期办结率")
    page.get_by_label("异议内容").fill("已批准延期，漏登。")
    steps.tap("button", "提交异议")
    assert (steps.taken, Objection.objects.get().text) == (5, "已批准延期，漏登。")
