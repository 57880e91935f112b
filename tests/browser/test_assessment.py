"""The assessment in a real browser: from a rank down to one order, an objection, and the two versions after it is heard."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from districts.records.dirty import mark_dirty
from partybuilding.assessment.models import Settlement
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.settling import actions as settling
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import AssignmentStep, OrderAssignment
from tests.browser.steps import Steps
from tests.cast import build_street, make_order, month_before_last, only_orders, share_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HANDLERS = {"东一社区": "secretary", "东二社区": "neighbour", "西一社区": "far_secretary"}


@pytest.fixture
def street():
    """A month that is final: three communities with an order each, 东一社区 the only one that was late."""
    street, due = build_street(), month_before_last()
    only_orders(ranking="street")
    for unit, login in HANDLERS.items():
        share = share_of(make_order(street, to=(unit,), title=f"{unit}清理楼道堆物"), unit)
        actions.receive(share, street.people[login])
        actions.report(share, street.people[login], note="已清")
        actions.accept(share, street.people["office"])
    OrderAssignment.objects.update(due_on=due)
    AssignmentStep.objects.exclude(assignment__unit__name="东一社区").update(taken_on=due)
    roll_up(f"{due:%Y-%m}")
    settling.publish(settlement_of(street), street.people["office"])
    Settlement.objects.update(check_until=timezone.localdate() - timedelta(days=1))  # the working days have gone by
    settling.settle(settlement_of(street), street.people["office"])
    return street


def settlement_of(street):
    return Settlement.objects.select_related("period").get(street=street.units["槐花街道党建工作协调委员会"])


def test_the_last_ranked_secretary_finds_the_order_objects_is_heard_and_sees_both_versions(street, visit):
    secretary = visit("secretary", "phone")
    secretary.goto("/standings/")
    row = secretary.get_by_role("row", name=re.compile("东一社区"))
    expect(row.locator("th, td").first).to_have_text(re.compile(r"^\s*3\s"))
    steps = Steps(secretary)
    steps.tap("link", "东一社区")
    expect(secretary.get_by_text("社区共 3 个参加排名，本单位第 3 名")).to_be_visible()
    sheet = secretary.url
    steps.tap("link", "^0.1$")
    steps.tap("link", "东一社区清理楼道堆物")
    expect(secretary).to_have_url(re.compile("/orders/"))
    secretary.goto(sheet)
    steps.tap("link", "提异议")
    steps.choose("对哪一项", "按期办结率")
    secretary.get_by_label("异议内容").fill("已批准延期，漏登。")
    steps.tap("button", "提交异议")
    assert steps.taken == 6

    office = visit("office")
    steps = Steps(office)
    steps.tap("link", "1 件异议待复核")
    steps.tap("link", "已批准延期，漏登。")
    office.get_by_role("radio", name="成立", exact=True).check()
    office.get_by_label("复核意见").fill("延期属实，已补登。")
    steps.tap("button", "登记复核结果")
    share = OrderAssignment.objects.get(unit__name="东一社区")
    OrderAssignment.objects.filter(pk=share.pk).update(due_on=timezone.localdate())  # mended where the record is kept
    mark_dirty([(share.unit_id, share.due_on)])
    office.goto(f"/standings/{settlement_of(street).period.code}/")
    expect(office.get_by_text("1 个单位的记录在定后有变化，更正后才计入")).to_be_visible()
    office.locator("summary", has_text="更正").click()
    office.get_by_label("原因").fill("补登一件延期")
    steps.tap("button", "^更正$")
    expect(office.get_by_text(re.compile("已更正"))).to_be_visible()

    secretary.goto("/")
    for told in ("异议已复核", "得分已更正"):
        expect(secretary.get_by_text(re.compile(told)).first).to_be_visible()
    Steps(secretary).tap("link", "得分已更正")
    versions = secretary.locator("section", has=secretary.get_by_role("heading", name="更正前后"))
    expect(versions.get_by_role("link")).to_have_text(
        [re.compile(r"^\s*第 1 次核定[^不]*:\d\d\s*0\.00\s*$"), re.compile(r"^\s*第 2 次核定[^.]*不参评\s*$")]
    )


def test_a_draft_of_a_scheme_says_its_sum_and_that_it_was_filled_in_again(street, visit):
    office = visit("office")
    office.goto("/standings/schemes/")
    office.get_by_role("button", name="起草新一版").click()
    expect(office.get_by_text("各项权重现在合计 100 分")).to_be_visible()
    weight = office.get_by_label("权重（分）").first
    before = weight.input_value()
    weight.fill(str(float(before) + 1))
    expect(office.get_by_text("各项权重现在合计 101 分")).to_be_visible()
    office.reload()
    expect(office.get_by_text("已填回上次没有提交成功的内容。")).to_be_visible()
    expect(office.get_by_text("各项权重现在合计 101 分")).to_be_visible()
    office.get_by_role("button", name="清除").click()
    expect(office.get_by_text("各项权重现在合计 100 分")).to_be_visible()
    expect(weight).to_have_value(before)
    expect(office.get_by_text("已填回上次")).to_have_count(0)
