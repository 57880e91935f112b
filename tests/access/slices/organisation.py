"""The tree and its units."""

from tests.access import expected as e
from tests.access.rules import alone, known


def units(world):
    return [((unit.pk,), unit) for unit in world.street.units.values()]


def is_in_street(login, unit, world):
    return e.in_street(login, unit.name)


def reads_brief(login, unit, world):
    return e.reaches(login, "view", unit.name)


URLS = {
    "organisation": (alone, {"GET": known}),
    "unit": (units, {"GET": is_in_street}),
    "unit_brief": (units, {"GET": reads_brief}),
}
