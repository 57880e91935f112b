"""What is saved of a log is said by the text that was sent, by hand, or by the page one came from; never by an earlier text."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order
from tests.cast import log_in, make_appeal, make_log, make_order
from tests.doors import forms_of

SCRIPT = {"previews": "1"}


def fields_of(answer, address="/worklogs/new/"):
    """What a browser would send of the form of a log, as it was offered."""
    form = next(form for form in forms_of(address, answer.content.decode()) if "text" in form.texts)
    return {name: attributes.get("value") or "" for name, kind, attributes, _ in form.fields if kind != "file"}


def kept():
    log = WorkLog.objects.latest("pk")
    return timezone.localdate() - log.happened_on, log.category, log.place, log.order and log.order.title


@pytest.fixture
def form(street, client):
    make_order(street, title="清理楼道堆物")
    make_order(street, title="充电棚选址")
    log_in(client, street.people["secretary"])
    return fields_of(client.get("/worklogs/new/"))


TODAY, YESTERDAY = timedelta(0), timedelta(days=1)


@pytest.mark.parametrize("by", [SCRIPT, {}])
@pytest.mark.parametrize(
    ("text", "saved"),
    [
        ("昨天在东门清理楼道堆物", (YESTERDAY, "clean", "东门", "清理楼道堆物")),  # sent before the preview came
        ("写材料", (TODAY, "other", "", None)),
    ],
)
def test_the_server_guesses_from_the_text_that_is_sent(form, client, by, text, saved):
    client.post("/worklogs/new/", form | by | {"text": text})
    assert kept() == saved


def test_nothing_survives_from_an_earlier_text(form, client):
    order = Order.objects.get(title="清理楼道堆物")
    seen = {"happened_on": timezone.localdate() - YESTERDAY, "category": "clean", "place": "东门", "order": order.pk}
    answer = client.post("/worklogs/new/", form | SCRIPT | seen | {"text": "写材料"}, follow=True)
    assert kept() == (TODAY, "other", "", None)
    assert f"已记下：{timezone.localdate():%m月%d日} · 其他 · 东一社区。" in answer.content.decode()


def test_what_was_guessed_is_said(form, client):
    page = client.post("/worklogs/new/", form | {"text": "在东门清理楼道堆物"}, follow=True).content.decode()
    assert "环境整治 · 东一社区 · 东门 · 为“清理楼道堆物”。" in page


def test_what_was_corrected_by_hand_stays_and_no_other_name_counts(form, client):
    by_hand = {"corrected": ",category,place,text,unit,nothing", "category": "visit", "place": ""}
    client.post("/worklogs/new/", form | SCRIPT | by_hand | {"text": "昨天在东门清理楼道堆物"})
    assert kept() == (YESTERDAY, "visit", "", "清理楼道堆物")


def test_without_a_script_a_change_is_a_correction_and_a_refusal_makes_none(form, client):
    refused = client.post("/worklogs/new/", form | {"text": "昨天清理楼道堆物，电话13812345678", "place": "西门"})
    again = fields_of(refused)
    assert (again["category"], again["place"]) == ("clean", "西门")
    client.post("/worklogs/new/", again | {"text": "写材料"})
    assert kept() == (TODAY, "other", "西门", None)


def test_the_order_one_came_for_is_no_guess(form, street, client):
    order = make_order(street, title="电动车入户")
    given = fields_of(client.get(f"/worklogs/new/?order={order.pk}"))
    preview = client.post("/worklogs/guess/", given | SCRIPT | {"text": "昨天清理楼道堆物"}).content.decode()
    assert f'<option value="{order.pk}" selected>' in preview
    client.post(f"/worklogs/new/?order={order.pk}", given | SCRIPT | {"text": "昨天清理楼道堆物"})
    assert kept() == (YESTERDAY, "clean", "", "电动车入户")


def test_what_is_made_from_an_appeal_serves_no_order_by_itself(form, street, client):
    appeal = make_appeal(street, "东一社区", title="清理楼道堆物")
    given = fields_of(client.get(f"/worklogs/new/?appeal={appeal.pk}"))
    client.post(f"/worklogs/new/?appeal={appeal.pk}", given | SCRIPT | {"text": "清理楼道堆物"})
    assert kept() == (TODAY, "clean", "", None)


def test_a_log_that_is_corrected_is_never_guessed(form, street, client):
    log = make_log(street, text="写材料")
    sent = fields_of(client.get(f"/worklogs/{log.pk}/edit/")) | SCRIPT | {"text": "昨天在东门清理楼道堆物"}
    client.post(f"/worklogs/{log.pk}/edit/", sent)
    assert kept() == (TODAY, "other", "", None)


@pytest.mark.parametrize(("days", "back"), [(1, 2), (7, 8), (8, 1), (-1, 1)])
def test_yesterday_is_that_of_the_day_of_writing_while_a_form_may_wait(form, client, days, back):
    written = timezone.localdate() - timedelta(days=days)
    client.post("/worklogs/new/", form | SCRIPT | {"text": "昨天值班", "written_on": written})
    assert kept()[0] == timedelta(days=back)
