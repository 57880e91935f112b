"""The tree and its units."""

from districts.units.models import Unit
from tests.access import expected as e
from tests.access.rules import alone, known


def units(world):
    return [((unit.pk,), unit) for unit in world.street.units.values()]


def is_in_street(login, unit, world):
    return e.in_street(login, unit.name)


def reads_brief(login, unit, world):
    return e.reaches(login, "view", unit.name)


def has_duty(login, duty, unit, world):
    return e.reaches(login, duty, unit.name)


GATE = {Unit: has_duty}
URLS = {
    "organisation": (alone, {"GET": known}),
    "unit": (units, {"GET": is_in_street}),
    "unit_brief": (units, {"GET": reads_brief}),
}
