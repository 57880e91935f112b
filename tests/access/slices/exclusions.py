"""Requests that an appeal be left out of the count, one of them granted for a while, each with a file."""

from partybuilding.appeals.models import Appeal, Exclusion, ExclusionEvidence
from tests.access import expected as e
from tests.access.marks import Rows, attach
from tests.access.rules import each, in_sight, may
from tests.access.slices.appeals import has_duty, sees_appeal
from tests.cast import LONG_AGO

answers = may("assess", "appeal.unit")


def asks(login, appeal, world):
    """By whoever handles or dispatches there, and sees it."""
    place = appeal.unit.name
    has_duty = e.reaches(login, "handle", place, assigned=True) or e.reaches(login, "issue", place)
    return has_duty and sees_appeal(login, appeal, world)


def reviews(login, exclusion, world):
    return exclusion.kind == "suspended" and answers(login, exclusion, world)


def withdraws(login, exclusion, world):
    return asks(login, exclusion.appeal, world)


def sees_evidence(login, evidence, world):
    return sees_appeal(login, evidence.exclusion.appeal, world)


def has_duty_of_appeal(login, duty, exclusion, world):
    return has_duty(login, duty, exclusion.appeal, world)


def has_duty_of_evidence(login, duty, evidence, world):
    return has_duty(login, duty, evidence.exclusion.appeal, world)


MARKS = {
    "exclusions": Rows(Exclusion, related=("appeal__unit",)),
    "evidence": Rows(ExclusionEvidence, "V", sees_evidence, ("exclusion__appeal__unit",)),
}
GATE = {Exclusion: has_duty_of_appeal, ExclusionEvidence: has_duty_of_evidence}
URLS = {
    "appeal_exclusion": (each("appeals"), {"GET": sees_appeal, "POST": asks}),
    "appeal_exclusion_answer": (each("exclusions"), {"GET": in_sight(has_duty_of_appeal), "POST": answers}),
    "appeal_exclusion_withdraw": (each("exclusions"), {"GET": in_sight(has_duty_of_appeal), "POST": withdraws}),
    "appeal_exclusion_review": (each("exclusions"), {"GET": in_sight(has_duty_of_appeal), "POST": reviews}),
    "appeal_evidence": (each("evidence"), {"GET": sees_evidence}),
}
AFTER = ("appeals",)


def seed(world):
    for appeal in Appeal.objects.filter(number__in=["BJ000", "BJ002", "BJ009"]).order_by("number"):
        exclusion = Exclusion.objects.create(appeal=appeal, reason="other", note="申请")
        if appeal.number == "BJ000":
            waits = {"kind": "suspended", "state": "granted", "review_on": LONG_AGO}
            Exclusion.objects.filter(pk=exclusion.pk).update(**waits)
        attach(exclusion.evidence, world.street.people["office"])
