"""What a page offers, held against the table: nobody is shown a button or a link that answers them as if it did not exist.

The matrix asks every cell of the table, so a button need not be pressed once more to know its answer.
"""

import re

from django.urls import reverse

from tests.access.collected import PORTAL
from tests.access.rules import wanted_status

FORM = re.compile(r'<form method="post"[^>]*?action="([^"]+)"')
LINK = re.compile(r'href="(/[^"?#]*/(?:edit|new|object|adjust|confirm|propose)/)[?#"]')
ANYBODYS = {"/logout/"}


def offered(page):
    """{(method, address)} of the forms that a page would send, and of its links to what may be done."""
    return {("POST", action) for action in FORM.findall(page)} | {("GET", link) for link in LINK.findall(page)}


def places_of(world):
    """{address: (rules, record)} of every seeded row of the table."""
    return {
        reverse(name, args=args): (rules, record)
        for name, (targets, rules) in PORTAL.items()
        for args, record in targets(world)
    }


def refused_offers(login, pages, world):
    """(page, method, address) of what is offered and not there for that person, or stands in no row of the table.

    `pages` is {address: text} of pages that were answered.
    """
    places, wrong = places_of(world), []
    for page, text in pages.items():
        for method, address in offered(text):
            if address in ANYBODYS:
                continue
            rules, record = places.get(address, ({}, None))
            wanted = wanted_status(login, rules[method], record, world) if method in rules else 404
            if wanted == 404:
                wrong.append((page, method, address))
    return wrong
