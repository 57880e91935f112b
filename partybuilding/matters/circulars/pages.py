"""What the page of a circular shows: its files, who received it, whether it was opened there, and the forms of its steps."""

from dataclasses import dataclass

from django.utils import timezone

from districts.access import appointments_of
from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.workflow import open_steps, ways_for
from partybuilding.matters.circulars.actions import note_opened, shown_from, why_no_reminder
from partybuilding.matters.circulars.forms import WithdrawForm
from partybuilding.matters.circulars.models import Circular, CircularUnit

FORMS = {"remind": ActingForm, "withdraw": WithdrawForm}


@dataclass(frozen=True)
class Opening:
    """For the sender: how many units have opened it, and which have not, in the tree's order."""

    number: int
    waiting: list


def circular_page(circular, user, *, is_visit=False, refused=None, error=""):
    """Template values. `refused` is (verb, bound form) of a step that was not taken. A visit opens it for the user's units."""
    posts = appointments_of(user)
    rows = list(CircularUnit.objects.where_user_may(user, Duty.VIEW).filter(circular=circular).for_page())
    if is_visit:
        note_opened(circular, rows, user, posts)
    verbs = {step.verb for step in open_steps(Circular, [circular], user, posts)[circular.pk]}
    why = why_no_reminder(circular, user) if verbs else ""
    offered = verbs - {"remind"} if why else verbs
    forms = {verb: step_form(circular, verb, user, posts=posts) for verb in offered}
    return {
        "rows": rows,
        "files": circular.files.all(),  # seen by whoever sees the circular
        "history": circular.steps.select_related("by", "for_whom", "appointment__unit"),
        "opening": _opening(circular, rows) if verbs else None,
        "why_no_reminder": why,
        "forms": forms | ({refused[0]: refused[1]} if refused else {}),
        "error": error,
    }


def step_form(circular, verb, user, data=None, posts=None):
    return FORMS[verb](data, ways=ways_for(circular, Circular.STEPS[verb], user, posts), prefix=verb)


def _opening(circular, rows):
    """None until a working day has passed."""
    if timezone.localdate() < shown_from(circular):
        return None
    return Opening(sum(row.is_opened for row in rows), [row.unit.name for row in rows if row.is_waiting])
