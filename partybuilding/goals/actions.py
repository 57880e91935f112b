"""Set a centre's goal, or change it."""

from django.db import transaction

from districts.locking import structure_lock
from districts.posts.duties import Duty
from districts.records.versions import save_edit
from districts.units.models import Unit
from districts.workflow import NotYours
from partybuilding.goals.models import Goal, check_goal


def set_goal(by, *, unit, year, title, measure, state=Goal.State.RUNNING):
    """A new goal of a centre, by whoever issues there."""
    with structure_lock():  # so that two at once do not make a sixth
        _check_reach(by, unit)
        check_goal(unit, year, title)
        return Goal.objects.create(created_by=by, unit=unit, year=year, title=title, measure=measure, state=state)


@transaction.atomic
def change_goal(goal, seen_version, by, *, unit, year, title, measure, state):
    """Raises Conflict when somebody saved first."""
    _check_reach(by, goal.unit)
    _check_reach(by, unit)
    check_goal(unit, year, title, but=goal)
    return save_edit(goal, seen_version, unit=unit, year=year, title=title, measure=measure, state=state)


def _check_reach(by, unit):
    if not Unit.objects.where_user_may(by, Duty.ISSUE).filter(pk=unit.pk).exists():
        raise NotYours
