"""Every page that a person of the seeded world gets, for tests that look for a kind of fault."""

import os

from django.urls import reverse

from tests.access.collected import PORTAL


def addresses_of(world):
    """Every address of the portal, for the first and the last seeded thing that it can be about; MATRIX=all asks three of each."""
    most = 3 if os.environ.get("MATRIX") == "all" else 1
    for name, (targets, methods) in PORTAL.items():
        things = targets(world)
        for args, _ in [*things[:most], *things[max(most, len(things) - most) :]]:
            if "GET" in methods:
                yield reverse(name, args=args)


def pages_of(client, world):
    """(address, text) of every page of HTML that whoever is logged in gets."""
    for address in addresses_of(world):
        response = client.get(address)
        if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
            yield address, response.content.decode()
