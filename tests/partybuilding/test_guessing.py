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
    ],
)
def test_the_day(text, day):
    assert guess(text, TODAY).get("happened_on") == day


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
