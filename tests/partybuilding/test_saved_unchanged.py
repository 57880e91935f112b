"""An edit page begins with what the record says: sent back as it came, it changes nothing."""

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone

from partybuilding.goals.actions import set_goal
from partybuilding.matters.orders.models import Order
from tests.cast import log_in, make_log, make_order


def a_goal(street):
    """Of the second centre of those that are offered."""
    given = {
        "unit": street.units["西中心"],
        "year": timezone.localdate().year,
        "title": "老旧小区加梯",
        "measure": "六部",
    }
    return set_goal(street.people["leader"], **given)


def a_draft(street):
    return make_order(street, to=("西一社区", "东一社区"), issued=False)


def a_log(street):
    return make_log(street, "东二社区", "commissioner")


@pytest.mark.parametrize(
    ("make", "login", "address"),
    [
        (a_goal, "leader", "/goals/{}/edit/"),
        (a_draft, "office", "/orders/{}/edit/"),
        (a_log, "commissioner", "/worklogs/{}/edit/"),
    ],
)
def test_what_is_sent_back_as_it_came_changes_nothing(street, client, make, login, address):
    record = make(street)
    before = said_by(record)
    log_in(client, street.people[login])
    page = client.get(address.format(record.pk))
    sent = {field.html_name: field.value() for field in page.context["form"] if field.value() not in (None, "")}
    assert client.post(address.format(record.pk), sent).status_code == 302
    record.refresh_from_db()
    assert said_by(record) == before


def said_by(record):
    shares = sorted(record.assignments.values_list("unit__name", flat=True)) if isinstance(record, Order) else []
    return model_to_dict(record), record.unit.name, shares
