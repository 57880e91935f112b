"""同上周: a log begins for today with the words, the kind, the place and the unit of one's own of last week."""

from datetime import date, datetime

import pytest
import time_machine
from django.utils import timezone

from partybuilding.matters.logs.actions import withdraw_log
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from tests.cast import log_in, make_log, make_order, share_of

WEDNESDAY = datetime(2026, 6, 10, 9, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def logs(street):
    with time_machine.travel(WEDNESDAY):
        make_log(street, text="周三的例会", happened_on=date(2026, 6, 3))
        make_log(street, text="巡查", happened_on=date(2026, 6, 1))
        make_log(street, text="巡查", happened_on=date(2026, 6, 2))
        make_log(street, text="值班", happened_on=date(2026, 6, 7))
        make_log(street, text="本周的", happened_on=date(2026, 6, 8))
        make_log(street, text="上上周的", happened_on=date(2026, 5, 31))
        make_log(street, by="deputy", text="别人的", happened_on=date(2026, 6, 3))
        gone = make_log(street, text="作废的", happened_on=date(2026, 6, 3))
        withdraw_log(gone, street.people["secretary"], why="记重了")
        yield street


def test_what_one_did_last_week_is_offered_that_of_this_weekday_first(logs, client):
    log_in(client, logs.people["secretary"])
    page = client.get("/worklogs/new/")
    assert [log.text for log in page.context["last_week"]] == ["周三的例会", "巡查", "值班"]
    first = page.context["last_week"][0]
    assert f'href="/worklogs/new/?again={first.pk}"' in page.content.decode()


def test_it_is_repeated_for_today_without_what_is_closed(logs, client):
    order, secretary = make_order(logs, days=3), logs.people["secretary"]
    facts = {"text": "昨天上门查看", "place": "东门", "category": "meeting", "order": order}
    old = make_log(logs, happened_on=date(2026, 6, 3), **facts)
    log_in(client, secretary)
    begun = client.get(f"/worklogs/new/?again={old.pk}").context["form"]
    assert f'<option value="{order.pk}" selected>' in str(begun["order"])
    share = share_of(order, "东一社区")
    actions.receive(share, secretary)
    actions.report(share, secretary, note="好")
    actions.accept(share, logs.people["office"])
    begun = client.get(f"/worklogs/new/?again={old.pk}").context["form"]
    assert "selected" not in str(begun["order"].as_widget())
    sent = {name: begun.initial[name] for name in ("text", "category", "place", "unit", "corrected")}
    client.post(f"/worklogs/new/?again={old.pk}", sent | {"happened_on": "2026-06-10", "order": "", "previews": "1"})
    made = WorkLog.objects.latest("pk")
    assert (made.text, made.category, made.place, made.unit, made.happened_on, made.order) == (
        "昨天上门查看",
        "meeting",
        "东门",
        old.unit,
        date(2026, 6, 10),
        None,
    )


def test_only_ones_own_log_is_repeated(logs, client):
    log_in(client, logs.people["secretary"])
    for text in ("别人的", "作废的"):
        asked = WorkLog.objects.get(text=text).pk
        assert client.get(f"/worklogs/new/?again={asked}").context["form"].initial["text"] == ""
    own = WorkLog.objects.get(text="值班").pk
    assert "再记一条同样的" in client.get(f"/worklogs/{own}/").content.decode()
    other = WorkLog.objects.get(text="别人的").pk
    assert "再记一条同样的" not in client.get(f"/worklogs/{other}/").content.decode()
