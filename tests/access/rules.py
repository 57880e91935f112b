"""What a row of the matrix is made of: what a URL can be about, and who is answered how.

A rule is called with a login, the record (None where the URL is about nothing) and the world of the seeds. It says True
(answered), False (404), or the status itself, or a set of them.
"""

from operator import attrgetter
from typing import Any, NamedTuple

from tests.access import expected as e
from tests.access.table import DUTIES
from tests.cast import STREET

ANSWERED = {200, 302, 409, 422}


class Step(NamedTuple):
    """What the address of a step is about."""

    row: Any
    verb: str


# What a URL can be about: (arguments for reverse, record) of each.
def alone(world):
    return [((), None)]


def each(name, *further):
    """Every seeded row of that name in the world."""
    return lambda world: [((record.pk, *further), record) for record in getattr(world, name)]


def with_verbs(name, verbs):
    """Every row with every verb."""
    return lambda world: [((row.pk, verb), Step(row, verb)) for row in getattr(world, name) for verb in verbs]


def always(*args):
    return lambda world: [(args, None)]


# Pages for those who are not logged in.
def everybody(login, record, world):
    return 200


def to_log_in(login, record, world):
    return 200 if login == "anonymous" else 302


def sent_elsewhere(login, record, world):
    return 302


PUBLIC = {everybody, to_log_in, sent_elsewhere}


# Who is answered whatever the record is.
def known(login, record, world):
    return True


def issuer(login, record, world):
    return any("issue" in DUTIES[post] for post, _ in e.posts_of(login))


def assessor(login, record, world):
    return any("assess" in DUTIES[post] for post, _ in e.HELD.get(login, []))


def importer(login, record, world):
    return any(e.reaches(login, "intake", home) for _, home in e.HELD.get(login, []))


def of_row(sees):
    """The rule of the row that a step is about."""
    return lambda login, step, world: sees(login, step.row, world)


def in_sight(has_duty):
    """By the declared gate of the model itself."""
    return lambda login, record, world: has_duty(login, "view", record, world)


def may(duty, at, assigned=False):
    """Has the duty over the unit to which that path leads from the record."""
    unit = attrgetter(at)
    return lambda login, record, world: e.reaches(login, duty, unit(record).name, assigned)


def over(at, assigned=False):
    """Of the gate, where every duty that a record does not name itself goes by the same unit; `confirm` is never implied."""
    unit = attrgetter(at)
    return lambda login, duty, record, world: duty != "confirm" and e.reaches(login, duty, unit(record).name, assigned)


def any_of(*rules):
    return lambda login, record, world: any(rule(login, record, world) for rule in rules)


def may_in_street(duty):
    """Has the duty over the whole street of the cast."""
    return lambda login, record, world: e.reaches(login, duty, STREET)


def wanted_status(login, rule, record, world):
    """The declared answer to one request: a status, or a set of them, or "login"."""
    if login == "anonymous" and rule not in PUBLIC:
        return "login"
    said = rule(login, record, world)
    if isinstance(said, bool):
        return ANSWERED if said else 404
    return said
