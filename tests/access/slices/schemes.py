"""Schemes of assessment: a draft of the street's own, and one of the other's in force; groups of peers."""

from partybuilding.assessment.models import PeerMember, SchemeVersion
from partybuilding.assessment.schemes.actions import draw_up
from tests.access import expected as e
from tests.access.expected import OTHER
from tests.access.marks import Rows, mark
from tests.access.rules import alone, assessor, each, in_sight, known, of_row, over, with_verbs
from tests.cast import LONG_AGO, STREET


def _has(login, version, *duties):
    street = version.scheme.street
    return street is not None and any(e.reaches(login, duty, street.name) for duty in duties)


def sees(login, version, world):
    street = version.scheme.street
    if version.state != "approved":
        return tries(login, version, world)
    return street is None or e.in_street(login, street.name)


def edits(login, version, world):
    return version.state == "draft" and _has(login, version, "assess")


def tries(login, version, world):
    return _has(login, version, "assess", "sign")


def takes_step(login, step, world):
    version, verb = step
    return _has(login, version, "sign" if verb == "approve" else "assess")


def has_duty(login, duty, version, world):
    return duty != "confirm" and _has(login, version, duty)


MARKS = {"versions": Rows(SchemeVersion, "C", sees, ("scheme__street",))}
GATE = {SchemeVersion: has_duty, PeerMember: over("unit")}
URLS = {
    "peers": (alone, {"GET": assessor, "POST": assessor}),
    "schemes": (alone, {"GET": known, "POST": assessor}),
    "scheme_version": (each("versions"), {"GET": sees}),
    "scheme_edit": (each("versions"), {"GET": edits, "POST": edits}),
    "scheme_trial": (each("versions"), {"GET": tries}),
    "scheme_step": (
        with_verbs("versions", ("try", "redraft", "approve")),
        {"GET": of_row(in_sight(has_duty)), "POST": takes_step},
    ),
}
AFTER = ("standings",)


def seed(world):
    street, office = world.street, world.street.people["office"]
    default = SchemeVersion.objects.get(scheme__street=None, number=2)
    for name, state in ((STREET, "draft"), (OTHER, "approved")):
        version = draw_up(street.units[name], default, office)
        SchemeVersion.objects.filter(pk=version.pk).update(state=state, reason=mark(version), starts_on="2099-01-01")
    group = {"unit": street.units["西村"], "name": "难", "starts_on": LONG_AGO, "reason": "难"}
    PeerMember.objects.create(**group, entered_by=office)
