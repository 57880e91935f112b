"""What a log's text says by itself: literal examples, and silence where the text is silent."""

from datetime import date
from types import SimpleNamespace

import pytest

from partybuilding.matters.logs.guessing import guess
from partybuilding.matters.logs.models import WorkLog
from tests.cast import log_in, make_log, make_order

TODAY = date(2026, 6, 3)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昨天上门查看", date(2026, 6, 2)),
        ("前天下午开会", date(2026, 6, 1)),
        ("今天", TODAY),
        ("5月28日清理", date(2026, 5, 28)),
        ("12月31号值守", date(2025, 12, 31)),
        ("周一走访", date(2026, 6, 1)),
        ("周五走访", date(2026, 5, 29)),
        ("上周五走访", date(2026, 5, 29)),
        ("2月30日", None),
        ("清理楼道", None),
        ("大前天看望老党员", date(2026, 5, 31)),
        ("三天前接到反映", date(2026, 5, 31)),
        ("昨天接到反映，今天上门", TODAY),
        ("昨天查看充电棚，已请物业周五前清理", date(2026, 6, 2)),
        ("上上周五开会", date(2026, 5, 22)),
        ("上周日义诊", date(2026, 5, 31)),
        ("上个星期三例会", date(2026, 5, 27)),
        ("线上周一例会", date(2026, 6, 1)),
        ("这周二值守", date(2026, 6, 2)),
        ("周五前往东门", date(2026, 5, 29)),
        ("5/31 清理楼道", date(2026, 5, 31)),
        ("10/31走访", None),  # the next one is nearer than the last
        ("12-31 值守", date(2025, 12, 31)),
        ("5-28走访", date(2026, 5, 28)),
        ("5.28 走访", date(2026, 5, 28)),
        ("二月二十号走访", date(2026, 2, 20)),
        ("五月三十一日清理", date(2026, 5, 31)),
        ("2025年10月31日清理", date(2025, 10, 31)),
        ("二〇二五年十月三十一日清理", date(2025, 10, 31)),
        ("25年10月31日", date(2025, 10, 31)),
        ("2025-10-31清理", date(2025, 10, 31)),
        ("2025.10.31清理", date(2025, 10, 31)),
        ("2025/10/31", date(2025, 10, 31)),
        ("去年12月3日调解", date(2025, 12, 3)),
        ("前年十二月三日调解", date(2024, 12, 3)),
        ("5月28日至30日培训", date(2026, 5, 28)),
        ("５月２８日清理", date(2026, 5, 28)),
        ("31号走访", date(2026, 5, 31)),
        ("2号上午走访", date(2026, 6, 2)),
        ("二十号开会", date(2026, 5, 20)),
        ("上个月20号开会", date(2026, 5, 20)),
        ("本月1日值班", date(2026, 6, 1)),
        ("2月29日值班", None),  # neither year has it
    ],
)
def test_the_day(text, day):
    assert guess(text, TODAY).get("happened_on") == day


@pytest.mark.parametrize(
    "text",
    [
        "本周日常巡查",
        "一周三次巡查",
        "上周三次走访",
        "每周五下午值班",
        "周一至周五值守",
        "周一到五值守",
        "小区四周三面有围挡",
        "下周三开会",
        "下周日义诊",
        "这周日义诊",
        "线下周三起每天值守",
        "明天开会",
        "目前天气炎热",
        "当前天冷",
        "如今天气转凉",
        "提前三天前往",
        "查看11号楼",
        "31号楼堆物",
        "在 3号楼、5号楼 巡查",
        "巡查3号,5号,7号楼",
        "3号院门口",
        "3日内整改",
        "5月31日前整改",
        "6月20日前报送",
        "7月1日联欢",
        "10月20人参加",
        "5月3次走访",
        "居民12345来电",
        "来电 12345/3 转办",
        "1/3的居民同意",
        "已清理1/3",
        "签字 5/12户",
        "热线 7/24小时",
        "3-5号楼巡查",
        "3-12 单元",
        "1.1 走访",
        "10.5万元",
        "5.28%",
        "玉字令〔2026〕1号",
        "共 20 日",
        "2026年工作",
        "2027年1月1日",
        "去年工作总结",
    ],
)
def test_no_day_inside_other_words_none_that_is_due_and_none_to_come(text):
    assert "happened_on" not in guess(text, TODAY)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("入户看望独居老人", "visit"),
        ("巡查消防通道", "inspect"),
        ("清理堆物后检查", "clean"),
        ("调解漏水纠纷", "mediate"),
        ("与邮政分局对接共建", "partner"),
        ("开例会", "meeting"),
        ("组织志愿活动", "activity"),
        ("写材料", None),
    ],
)
def test_the_category_is_the_word_that_comes_first(text, category):
    assert guess(text, TODAY).get("category") == category


@pytest.mark.parametrize(
    ("text", "places", "place"),
    [
        ("查看3号楼充电棚", (), "3号楼"),
        ("在东门岗亭劝导", ("东门岗亭", "东门"), "东门岗亭"),
        ("在东门劝导", (), "东门"),
        ("打电话", ("西门",), None),
        ("查看11号楼", ("1号楼",), "11号楼"),
        ("查看 1号楼", ("1号楼",), "1号楼"),
        ("查看十一号楼", ("一号楼",), "十一号楼"),
        ("周五三号楼漏水", (), "三号楼"),
        ("点位21", ("点位2",), None),
    ],
)
def test_the_place(text, places, place):
    assert guess(text, TODAY, places=places).get("place") == place


def test_the_order_most_of_whose_title_is_said_and_no_guess_between_two():
    one, other = SimpleNamespace(title="清理楼道堆物"), SimpleNamespace(title="充电棚选址")
    assert guess("今天清理了楼道堆物两处", TODAY, orders=[one, other])["order"] is one
    assert "order" not in guess("今天值班", TODAY, orders=[one, other])
    assert "order" not in guess("清理楼道堆物", TODAY, orders=[one, SimpleNamespace(title="清理楼道堆物")])


def test_the_form_shows_the_guesses_and_keeps_what_was_corrected(street, client):
    order = make_order(street, title="清理楼道堆物")
    make_log(street, "西一社区", "far_secretary", place="西一密道")
    log_in(client, street.people["secretary"])
    sent = {"text": "昨天在西一密道清理了楼道堆物", "happened_on": "2026-01-05", "unit": street.units["东一社区"].pk}
    page = client.post("/worklogs/guess/", {**sent, "corrected": ",happened_on"}).content.decode()
    assert 'value="2026-01-05"' in page
    assert f'<option value="{order.pk}" selected>' in page
    assert '<option value="clean" selected>' in page
    assert "西一密道" not in page  # a place of another unit's log is no guess
    assert WorkLog.objects.count() == 1
