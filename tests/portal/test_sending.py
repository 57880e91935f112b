"""A form that a page sends by itself learns where it is led; what met the log-in instead of a view was not taken."""

import pytest
from django.test import Client
from django.utils import timezone

from partybuilding.matters.logs.models import WorkLog
from tests.cast import build_street, log_in

pytestmark = pytest.mark.django_db
SENDS = {"X-Sends-Form": "1"}


def facts(street):
    unit = street.units["东一社区"].pk
    return {"text": "清出堆物三处", "happened_on": timezone.localdate(), "unit": unit, "order": "", "once": "t1"}


def test_what_was_taken_is_told_where_it_leads_and_the_page_says_it_once():
    street = build_street()
    client = log_in(Client(), street.people["secretary"])
    sent = client.post("/worklogs/new/", facts(street), headers=SENDS)
    address = f"/worklogs/{WorkLog.objects.get().pk}/"
    assert (sent.status_code, sent.headers["X-Led-To"], "Location" in sent.headers) == (204, address, False)
    assert client.get(address).content.decode().count("已记下：") == 1
    refused = client.post("/worklogs/new/", facts(street) | {"text": ""}, headers=SENDS)
    assert (refused.status_code, "X-Led-To" in refused.headers) == (200, False)


def test_what_met_the_log_in_is_led_there_as_ever():
    street = build_street()
    page = {"Referer": "http://testserver/worklogs/new/"}
    sent = Client().post("/worklogs/new/", facts(street), headers=SENDS | page)
    assert (sent.status_code, sent.url, "X-Led-To" in sent.headers) == (302, "/login/?next=%2Fworklogs%2Fnew%2F", False)
    assert WorkLog.objects.count() == 0
