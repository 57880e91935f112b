"""OPTIONS and HEAD show nothing that GET hides: the same status without a body, for every URL and every person."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.access.asking import client_of, has_its_headers
from tests.access.collected import PORTAL
from tests.access.seed import seed

pytestmark = pytest.mark.one_database


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["office", "secretary", "aide", "auditor", "anonymous"])
def test_options_and_head_answer_as_get_would(login):
    """One person of each reach: over all, at one unit, in sight only, an administrator, nobody."""
    world, seen = seed(), set()
    assert list(faults(login, world, seen)) == []
    assert seen >= ({200, 302} if login == "anonymous" else {200, 302, 404, 405})


def faults(login, world, seen):
    client = client_of(login, world)
    cookie = client.cookies.output(header="", sep="; ").strip()
    for name, (targets, _) in PORTAL.items():
        rows = targets(world)
        for args in {rows[0][0], rows[-1][0]}:  # one's own street, and another
            url = reverse(name, args=args)
            wanted, _ = ask(client, cookie, "get", url)
            for method in ("head", "options"):
                response, body = ask(client, cookie, method, url)
                seen.add(response.status_code)
                if told(response) != told(wanted) or body or not has_its_headers(response):
                    yield login, method, name, args, told(wanted), told(response), body[:40]


def ask(client, cookie, method, url):
    """(response, its body in bytes); what was asked leaves no trace."""
    client.cookies.load(cookie)
    with transaction.atomic():
        response = getattr(client, method)(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    return response, body


def told(response):
    return response.status_code, response.headers.get("Location"), response.headers.get("Allow")
