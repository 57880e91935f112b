"""Circulars of several units, one withdrawn, each with a file; and groups of units that two people keep."""

from datetime import timedelta

from django.utils import timezone

from partybuilding.matters.circulars import actions
from partybuilding.matters.circulars.groups import keep_group
from partybuilding.matters.circulars.models import Circular, CircularFile, CircularUnit, UnitGroup
from tests.access import expected as e
from tests.access.expected import OTHER
from tests.access.marks import Rows, attach, mark
from tests.access.rules import alone, each, issuer, known, of_row, with_verbs
from tests.cast import STREET

# (sending unit, by, receiving units)
CIRCULARS = [
    (STREET, "office", ["东一社区", "西一社区", "城管科"]),
    ("东中心", "commissioner", ["东中心", "东一社区", "东二社区"]),
    ("东一社区", "secretary", ["东一支部"]),
    (OTHER, "stranger", ["外社区"]),
    (STREET, "leader", ["东二社区", "西村"]),
]
WITHDRAWN = 4
GROUPS = {"office": ["东一社区", "西一社区"], "commissioner": ["东一社区", "东二社区"]}


def received(circular, world):
    return [row.unit.name for row in world.circular_units if row.circular_id == circular.pk]


def sees_circular(login, circular, world):
    """From where it was sent, and in every unit that received it."""
    given = any(e.reaches(login, "view", unit, assigned=True) for unit in received(circular, world))
    return given or e.reaches(login, "view", circular.unit.name)


def sees_row(login, row, world):
    """That a unit received it: in that unit, and from where it was sent; never in another one that received it."""
    return e.reaches(login, "view", row.unit.name, assigned=True) or e.reaches(login, "view", row.circular.unit.name)


def sees_circular_of_file(login, file, world):
    return sees_circular(login, file.circular, world)


def has_duty(login, duty, circular, world):
    if duty == "confirm":
        return False
    given = duty != "issue" and any(e.reaches(login, duty, unit, assigned=True) for unit in received(circular, world))
    return given or e.reaches(login, duty, circular.unit.name)


def has_duty_of_row(login, duty, row, world):
    if duty == "confirm":
        return False
    at_its_unit = duty != "issue" and e.reaches(login, duty, row.unit.name, assigned=True)
    return at_its_unit or (duty != "handle" and e.reaches(login, duty, row.circular.unit.name))


def has_duty_of_file(login, duty, file, world):
    return has_duty(login, duty, file.circular, world)


def takes_step(login, step, world):
    """404 for whoever does not issue where it was sent; an empty form lacks why it is withdrawn, or for whom one reminds."""
    circular, verb = step
    if not e.reaches(login, "issue", circular.unit.name):
        return 404
    if verb == "withdraw" or login in e.LENT:
        return 422
    return 409 if circular.state == "withdrawn" else 302


def keeps(login, group, world):
    return group.owner.username == login


MARKS = {
    "circulars": Rows(Circular, "N", sees_circular, ("unit",), why="circular"),
    "circular_units": Rows(CircularUnit, related=("unit", "circular__unit")),
    "circular_files": Rows(CircularFile, "F", sees_circular_of_file, ("circular__unit",)),
    "unit_groups": Rows(UnitGroup, "W", keeps, ("owner",)),
}
GATE = {Circular: has_duty, CircularUnit: has_duty_of_row, CircularFile: has_duty_of_file}
URLS = {
    "circular_list": (alone, {"GET": known}),
    "circular_new": (alone, {"GET": issuer, "POST": issuer}),
    "circular_detail": (each("circulars"), {"GET": sees_circular}),
    "circular_step": (
        with_verbs("circulars", ["remind", "withdraw"]),
        {"GET": of_row(sees_circular), "POST": takes_step},
    ),
    "circular_file": (each("circular_files"), {"GET": sees_circular_of_file}),
    "unit_group_drop": (each("unit_groups"), {"GET": known, "POST": keeps}),
}


def seed(world):
    units, people, today = world.street.units, world.street.people, timezone.localdate()
    for n, (unit, by, to) in enumerate(CIRCULARS):
        words = {"title": "通知", "content": "内容", "last_on": today + timedelta(days=10)}
        circular = actions.send(people[by], unit=units[unit], units=[units[name] for name in to], **words)
        said = {name: f"通知{mark(circular)}" for name in ("title", "content")}
        Circular.objects.filter(pk=circular.pk).update(**said, sent_on=today - timedelta(days=20))
        attach(circular.files, people[by])
        if n == WITHDRAWN:
            actions.withdraw(circular, people[by], note=f"发错了{mark(circular)}")
    for login, names in GROUPS.items():
        keep_group(people[login], "常发", [units[name] for name in names])
        group = UnitGroup.objects.get(owner=people[login])
        UnitGroup.objects.filter(pk=group.pk).update(name=f"常发{mark(group)}")
