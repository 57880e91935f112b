"""What a page offers is never refused as if it did not exist, not even after a unit has moved: every form is sent.

Of the seeds as they are, the matrix holds what every page offers against the table (`offers`).
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from districts.units.tree import move_unit
from partybuilding.matters.orders import actions
from tests.access.asking import text_of
from tests.access.offers import offered, refused_offers
from tests.access.seed import seed
from tests.cast import log_in, make_order, share_of

pytestmark = pytest.mark.one_database

TODAY = timezone.localdate


# The community that moves, what lies below it, and the centres that it leaves and joins.
MOVED = {"东一社区", "东一支部", "东中心", "西中心"}


def pages(world):
    """The page of every record there on which somebody may do something, and of those that lie in the street as a whole."""
    given = {share.order_id for share in world.shares if share.unit.name in MOVED}
    yield from (f"/orders/{order.pk}/" for order in world.orders if order.unit.name in MOVED or order.pk in given)
    yield from (f"/appeals/{appeal.pk}/" for appeal in world.appeals if appeal.unit.name in MOVED)
    yield from (f"/worklogs/{log.pk}/" for log in world.logs if log.unit.name in MOVED)
    yield from (f"/standings/sheets/{sheet.pk}/" for sheet in world.sheets if sheet.unit.name in MOVED)
    yield from (f"/standings/objections/{one.pk}/" for one in world.objections if one.sheet.unit.name in MOVED)
    yield from (f"/standings/adjustments/{one.pk}/" for one in world.adjustments if one.unit.name in MOVED)
    yield from (f"/standings/surveys/{survey.pk}/" for survey in world.surveys)
    yield from (f"/standings/schemes/{version.pk}/" for version in world.versions)
    yield from ("/", "/orders/", "/goals/", "/appeals/topics/", f"/standings/{world.month}/")


def gone(world, login):
    """(page, address) of all that a page offers to a person and that answers 404, and how many were tried."""
    client, tried, wrong = log_in(Client(), world.street.people[login]), set(), []
    for page in pages(world):
        answer = client.get(page)
        if answer.status_code != 200:
            continue
        for method, address in offered(text_of(answer)) - tried - {("POST", "/logout/")}:
            tried.add((method, address))
            with transaction.atomic():
                if getattr(client, method.lower())(address).status_code not in {200, 302, 409, 422}:
                    wrong.append((login, page, method, address))
                transaction.set_rollback(True)
    return wrong, len(tried)


def _waiting(street):
    """An order of a centre whose community has asked for an extension."""
    order = make_order(street, ["东一社区"], "commissioner", "东中心")
    actions.receive(share_of(order, "东一社区"), street.people["secretary"])
    until = TODAY() + timedelta(days=20)
    actions.ask_extension(share_of(order, "东一社区"), street.people["secretary"], note="等料", until=until)
    return order


# The street, the community, and the posts of the centre that it left and of the one that it joined.
TOUCHED = ["leader", "office", "secretary", "commissioner", "far_commissioner"]


@pytest.mark.django_db
def test_no_page_offers_what_does_not_exist_after_a_unit_has_moved():
    """A community has gone to another centre in the middle of everything."""
    world = seed()
    world.orders.append(_waiting(world.street))
    move_unit(world.street.units["东一社区"], world.street.units["西中心"], on=TODAY(), reason="调整")
    found = {login: gone(world, login) for login in TOUCHED}
    assert [fault for wrong, _ in found.values() for fault in wrong] == []
    assert sum(tried for _, tried in found.values()) > 0


@pytest.mark.django_db
def test_what_the_table_refuses_or_does_not_know_is_found_on_a_page():
    world = seed()
    appeal = next(a for a in world.appeals if a.unit.name == "东一社区")
    page = f"""<form method="post" action="/appeals/{appeal.pk}/seal/"><form method="post" action="/appeals/{appeal.pk}/sign/">
<a href="/orders/new/"><a href="/orders/99/edit/"><form method="post" action="/logout/">"""
    assert set(refused_offers("secretary", {"/x/": page}, world)) == {
        ("/x/", "POST", f"/appeals/{appeal.pk}/seal/"),
        ("/x/", "GET", "/orders/99/edit/"),
    }
