"""Whoever visits the address of a step, by a link or a browser's way back, finds what the step is about, or nothing."""

import pytest
from django.urls import reverse

from partybuilding.appeals.models import Exclusion
from tests.cast import log_in, make_appeal, make_log, make_order, share_of


@pytest.fixture
def made(street):
    appeal, order = make_appeal(street), make_order(street)
    exclusion = Exclusion.objects.create(appeal=appeal, reason="other", note="申请")
    share = share_of(order, "东一社区")
    return {
        "appeal": appeal.pk,
        "order": order.pk,
        "exclusion": exclusion.pk,
        "share": share.pk,
        "log": make_log(street).pk,
    }


STEPS = [
    ("order_issue", ("order",), "/orders/{order}/"),
    ("order_award", ("order",), "/orders/{order}/"),
    ("assignment_step", ("share", "report"), "/orders/{order}/"),
    ("appeal_step", ("appeal", "sign"), "/appeals/{appeal}/"),
    ("appeal_recuse", ("appeal",), "/appeals/{appeal}/"),
    ("appeal_exclusion_answer", ("exclusion",), "/appeals/{appeal}/"),
    ("order_accept_several", (), "/orders/?todo=accept"),
    ("appointment_prepare", (), "/appointments/"),
    ("worklog_guess", (), "/worklogs/new/"),
    ("worklog_withdraw", ("log",), "/worklogs/{log}/"),
]


@pytest.mark.parametrize(("name", "keys", "way_back"), STEPS)
def test_a_visit_leads_to_what_the_step_is_about(street, made, client, name, keys, way_back):
    log_in(client, street.people["secretary"])
    answer = client.get(reverse(name, args=[made.get(key, key) for key in keys]))
    assert (answer.status_code, answer["Location"]) == (302, way_back.format(**made))


@pytest.mark.parametrize(("name", "keys"), [row[:2] for row in STEPS if row[1]])
def test_a_visit_by_whoever_does_not_see_it_finds_nothing(street, made, client, name, keys):
    log_in(client, street.people["far_secretary"])
    assert client.get(reverse(name, args=[made.get(key, key) for key in keys])).status_code == 404


def test_no_other_method_takes_a_step_and_the_answer_has_words(street, made, client):
    log_in(client, street.people["office"])
    answer = client.put(reverse("order_issue", args=[made["order"]]))
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert "<h1>" in answer.content.decode()
