"""The month's two 12345 files in a browser: imported, dispatched on a phone, and a rate opened down to its orders."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from districts.jobs import running
from districts.jobs.models import Job
from districts.units.models import Unit, UnitName
from partybuilding.appeals.models import Appeal
from tests.browser.steps import Steps
from tests.cast import build_street, make_appeal
from yuqiao_portal.job_kinds import KINDS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAMPLES = Path(__file__).parent.parent / "partybuilding" / "samples"


@pytest.fixture
def street():
    """A street that bears the names of the samples: one community is in them, and one name means nothing yet."""
    street = build_street()
    for old, new in [("槐花街道党建工作协调委员会", "玉桥街道党建工作协调委员会"), ("东一社区", "玉桥东里社区")]:
        Unit.objects.filter(pk=street.units[old].pk).update(name=new)
        UnitName.objects.filter(unit=street.units[old]).update(name=new)
    return street


def test_the_months_two_files_take_two_steps_and_a_rate_opens_down_to_its_orders(street, visit):
    page = visit("office")
    steps = Steps(page)
    page.goto("/appeals/import/")
    steps.taken += 1  # both files in one choice
    page.get_by_label("工单台账、回访结果").set_input_files([SAMPLES / "ledger.xlsx", SAMPLES / "callbacks.xlsx"])
    expect(page.locator("h1")).to_contain_text("试算结果")
    steps.tap("button", "确认导入")
    assert steps.taken == 2
    page.get_by_text("正在导入").wait_for()
    running.run(Job.objects.get().pk, KINDS)
    page.get_by_text("导入完成。").wait_for()  # the page asks by itself
    page.get_by_role("link", name="查看结果").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"新增\s*600"))

    page.goto("/appeals/rates/?since=2026-09-19&until=2026-10-18")
    row = page.get_by_role("row", name=re.compile("东中心"))
    # The right answer of 玉桥东里社区, the only community below.
    expect(row).to_contain_text(re.compile(r"%\s*\d+\s*/\s*\d+\s+[\d.]+%\s*14\s*/\s*17"))
    row.get_by_role("link", name="14", exact=True).first.click()
    page.get_by_text("共 14 条").wait_for()


def test_an_unmatched_order_is_dispatched_and_handled_on_a_phone(street, visit):
    make_appeal(street, "槐花街道党建工作协调委员会", number="BJ001", title="东门路灯不亮", place="大柳树社区")
    page = visit("office", "phone")
    page.goto("/appeals/?todo=waiting")
    steps = Steps(page)
    steps.tap("link", "东门路灯不亮")
    steps.choose("分派给", "玉桥东里社区")
    steps.check("以后“大柳树社区”都归这个单位")
    steps.tap("button", "^分派")
    page.get_by_text("已分派给“玉桥东里社区”").wait_for()
    assert Appeal.objects.get().unit.name == "玉桥东里社区"
    page = visit("secretary", "phone")
    page.goto("/appeals/?todo=open")
    page.get_by_role("link", name=re.compile("东门路灯不亮")).click()
    page.locator("#ask_center textarea").fill("产权单位找不到，请片区出面")
    page.locator("#ask_center button").click()
    page.get_by_text("已请片区协调。").wait_for()
