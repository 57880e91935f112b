"""Two people, one record: the second saver sees both versions, keeps what was typed, and may then decide."""

import pytest
from django.test import Client

from districts.records.versions import Conflict, save_edit
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order
from tests.cast import log_in, make_log, make_order


def test_the_second_saver_of_a_log_sees_both_versions_and_loses_nothing(street, client):
    log = make_log(street, text="原来的话", place="东门")
    log_in(client, street.people["secretary"])
    form = {"text": "第一个人的话", "happened_on": "2026-05-06", "place": "东门", "unit": log.unit_id, "order": ""}
    assert client.post(f"/worklogs/{log.pk}/edit/", {**form, "seen_version": 1}).status_code == 302
    second = client.post(f"/worklogs/{log.pk}/edit/", {**form, "text": "第二个人的话", "seen_version": 1})
    page = second.content.decode()
    assert second.status_code == 409
    assert "别人刚刚改过这条记录" in page
    assert "第一个人的话" in page
    assert page.count("第二个人的话") == 2  # in the comparison, and still in the form
    assert 'name="seen_version" value="2"' in page
    assert WorkLog.objects.get().text == "第一个人的话"
    assert client.post(f"/worklogs/{log.pk}/edit/", {**form, "text": "商量后", "seen_version": 2}).status_code == 302
    assert WorkLog.objects.get().text == "商量后"


def test_the_second_saver_of_an_order_too_as_draft_and_as_issued(street, client):
    office, leader = log_in(Client(), street.people["office"]), log_in(Client(), street.people["leader"])
    draft = make_order(street, issued=False)
    form = {
        "kind": "task",
        "unit": draft.unit_id,
        "title": "甲",
        "content": "要求",
        "due_on": draft.due_on,
        "lead_unit": draft.lead_unit_id,
        "seen_version": 1,
    }
    assert office.post(f"/orders/{draft.pk}/edit/", form).status_code == 302
    second = leader.post(f"/orders/{draft.pk}/edit/", {**form, "title": "乙"})
    assert (second.status_code, Order.objects.get(pk=draft.pk).title) == (409, "甲")
    assert 'value="乙"' in second.content.decode()
    issued = make_order(street)
    words = {"title": "新甲", "content": "要求", "seen_version": issued.version}
    assert office.post(f"/orders/{issued.pk}/edit/", words).status_code == 302
    second = leader.post(f"/orders/{issued.pk}/edit/", {**words, "title": "新乙"})
    assert (second.status_code, Order.objects.get(pk=issued.pk).title) == (409, "新甲")
    assert issued.steps.filter(verb="amend").count() == 1


def test_a_save_on_an_old_version_changes_nothing(street):
    log = make_log(street, text="甲")
    save_edit(log, 1, text="乙")
    with pytest.raises(Conflict) as conflict:
        save_edit(log, 1, text="丙")
    assert (conflict.value.current.text, conflict.value.current.version) == ("乙", 2)
    assert WorkLog.objects.get().text == "乙"
