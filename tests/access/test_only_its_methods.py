"""A page answers by the methods of its row in the table and by no other, whoever asks and whatever the address names."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.access.asking import all_urls, has_its_headers
from tests.access.collected import PORTAL
from tests.cast import log_in

pytestmark = pytest.mark.one_database

WORDS = {"period": "2026-10", "span": "2026", "kind": "log", "indicator": "orders_on_time"}
VERBS = {"settlement_step": "publish", "scheme_step": "try", "appeal_step": "sign"}
NOT_ASKED = {
    ("login", "POST"),  # Django's own page takes the password; the matrix asks only whether it opens
}


def address_of(name, entry):
    """An address of the right shape; nothing need be there, since the method is asked first."""
    words = WORDS | {"verb": VERBS.get(name, "receive")}
    wanted = {key: type(converter).__name__ for key, converter in entry.pattern.converters.items()}
    return reverse(
        name, kwargs={key: 1 if kind == "IntConverter" else words.get(key, "x") for key, kind in wanted.items()}
    )


@pytest.mark.django_db
def test_no_page_answers_by_a_method_that_it_does_not_have(street):
    client = log_in(Client(), street.people["office"])
    answered = []
    for name, entry in all_urls():
        # Of Django's classes PUT is another POST; functions name what they take.
        for method in ("GET", "POST") if hasattr(entry.callback, "view_class") else ("GET", "POST", "PUT"):
            if name in PORTAL and method not in PORTAL[name][1] and (name, method) not in NOT_ASKED:
                response = client.generic(method, address_of(name, entry))
                if response.status_code != 405 or not has_its_headers(response):
                    answered.append((name, method, response.status_code))
    assert answered == []
