"""What a page offers is never refused as if it did not exist: every form on a record's page, as every person, is sent."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from districts.units.tree import move_unit
from partybuilding.matters.orders import actions
from tests.access import expected as e
from tests.access.asking import text_of
from tests.access.seed import seed
from tests.cast import log_in, make_order, share_of

TODAY = timezone.localdate

FORM = re.compile(r'<form method="post"[^>]*?action="([^"]+)"')
LINK = re.compile(r'href="(/[^"?#]*/(?:edit|new|object|adjust|confirm|propose)/)[?#"]')


def pages(world):
    """The page of every record on which somebody may do something."""
    yield from (f"/orders/{order.pk}/" for order in world.orders)
    yield from (f"/appeals/{appeal.pk}/" for appeal in world.appeals)
    yield from (f"/worklogs/{log.pk}/" for log in world.logs)
    yield from (f"/standings/sheets/{sheet.pk}/" for sheet in world.sheets)
    yield from (f"/standings/objections/{objection.pk}/" for objection in world.objections)
    yield from (f"/standings/adjustments/{adjustment.pk}/" for adjustment in world.adjustments)
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
        text = text_of(answer)
        offered = {("post", action) for action in FORM.findall(text)} | {("get", link) for link in LINK.findall(text)}
        for method, address in offered - tried - {("post", "/logout/")}:
            tried.add((method, address))
            with transaction.atomic():
                if getattr(client, method)(address).status_code not in {200, 302, 409, 422}:
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


PEOPLE = [login for login in e.HELD if login not in {"stranger", "strange_secretary"}]
GROUPS = [(PEOPLE[n::3], False) for n in range(3)]
# After a move: the street, the community, and the posts of the centre that it left and of the one that it joined.
GROUPS.append((["leader", "office", "secretary", "commissioner", "far_commissioner"], True))


@pytest.mark.django_db
@pytest.mark.parametrize(("logins", "has_moved"), GROUPS)
def test_no_page_offers_what_does_not_exist(logins, has_moved):
    """Of the seeds, and again after a community has gone to another centre in the middle of everything."""
    world = seed()
    if has_moved:
        world.orders.append(_waiting(world.street))
        move_unit(world.street.units["东一社区"], world.street.units["西中心"], on=TODAY(), reason="调整")
    found = {login: gone(world, login) for login in logins}
    assert [fault for wrong, _ in found.values() for fault in wrong] == []
    assert sum(tried for _, tried in found.values()) > 0
