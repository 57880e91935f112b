"""Set a centre's goal, or change it."""

from django.db import transaction

from districts.duties import Duty
from districts.locking import structure_lock
from districts.records.versions import save_edit
from districts.trail.recording import record_event
from districts.units.models import Unit
from districts.workflow import NotYours, act_as
from partybuilding.goals.models import Goal, check_goal


def set_goal(by, *, unit, year, title, measure, state=Goal.State.RUNNING, under=None, basis=""):
    """A new goal of a centre, by whoever issues there."""
    with structure_lock():  # so that two at once do not make a sixth
        _check_reach(by, unit)
        acting = act_as(by, Duty.ISSUE, unit, "设目标", under=under, basis=basis)
        check_goal(unit, year, title)
        goal = Goal.objects.create(created_by=by, unit=unit, year=year, title=title, measure=measure, state=state)
        record_event("operation", f"{unit.name}：设目标 {goal.pk}，{year} 年", by=by, acting=acting)
        return goal


@transaction.atomic
def change_goal(goal, seen_version, by, *, unit, year, title, measure, state, under=None, basis=""):
    """Raises Conflict when somebody saved first."""
    _check_reach(by, goal.unit)
    _check_reach(by, unit)
    acting = act_as(by, Duty.ISSUE, unit, "修改目标", under=under, basis=basis)
    check_goal(unit, year, title, but=goal)
    saved = save_edit(goal, seen_version, unit=unit, year=year, title=title, measure=measure, state=state)
    record_event("operation", f"{unit.name}：修改目标 {goal.pk}，{year} 年", by=by, acting=acting)
    return saved


def _check_reach(by, unit):
    if not Unit.objects.where_user_may(by, Duty.ISSUE).filter(pk=unit.pk).exists():
        raise NotYours
