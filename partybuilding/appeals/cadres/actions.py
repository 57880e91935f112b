"""反映干部: marked by one person and hidden at once; the 纪检监察工委 confirms, and nothing but the number is left, or sends it back."""

from django.core.exceptions import ValidationError
from django.db import transaction

from districts.duties import Duty
from districts.records.dirty import mark_dirty
from districts.records.origin import Origin, empty, origin_of, recuse_from, withhold
from districts.trail.recording import record_event
from districts.workflow import Acting, NotYours, take_step
from partybuilding.appeals.actions import keep_at_street, mark_made_from, streets_of
from partybuilding.appeals.importing.batches import empty_waiting, forget_number
from partybuilding.appeals.models import Appeal, CadreReport


@transaction.atomic
def mark(appeal, by, *, person=None, **acting):
    """Hide an appeal as 反映干部, from its person first where one is named. Raises NotYours, StepRefused or ValidationError."""
    mine = Appeal.objects.where_user_may(by, Duty.ISSUE).filter(street__in=streets_of(by))
    locked = mine.select_for_update(of=("self",)).select_related("unit", "street").filter(pk=appeal.pk).first()
    if locked is None:
        raise NotYours
    report, _ = CadreReport.objects.get_or_create(appeal=locked)
    step = take_step(report, "mark", by, **acting)
    if person is not None and person in {by, step.for_whom}:
        raise ValidationError("反映的是本人或所代的人，请由另一位同事标记。")
    was = {"was_unit": locked.unit, "was_state": locked.state, "was_placed_by": locked.placed_by}
    CadreReport.objects.filter(pk=report.pk).update(**was)
    origin = origin_of(locked)
    if person is not None:
        recuse_from(origin, person, by)
    keep_at_street(locked, withhold(origin, Origin.Withheld.STREET, locked.street))
    record_event(
        "operation", f"{locked.street.name}：标记反映干部的诉求 1 件", by=by, acting=_acting(step)
    )  # no number: it is known to few
    return step


@transaction.atomic
def confirm(report, by, **acting):
    """By a second person, of the 纪检监察工委: from now on nobody else knows of it, and what was said is not kept."""
    step = take_step(report, "confirm", by, **acting)
    appeal = Appeal.objects.select_related("street").get(pk=report.appeal_id)
    withhold(origin_of(appeal), Origin.Withheld.ALL, None)
    empty(Appeal.objects.filter(pk=appeal.pk))
    empty_waiting(appeal.street, appeal.number)
    forget_number(appeal.street, appeal.number)
    record_event(
        "operation", f"{appeal.street.name}：纪检监察工委确认接收反映干部的诉求 1 件", by=by, acting=_acting(step)
    )
    return step


@transaction.atomic
def send_back(report, by, *, note, **acting):
    """It is no report against a cadre: it goes on where it was, unless it is kept from somebody or its unit is gone."""
    step = take_step(report, "return", by, note=note, **acting)
    report = CadreReport.objects.select_related("was_unit").get(pk=report.pk)
    appeal = Appeal.objects.select_for_update().get(pk=report.appeal_id)
    origin = origin_of(appeal)
    mark_made_from(withhold(origin, Origin.Withheld.NOTHING, None))
    if not origin.recusals.exists():
        appeal.is_recused = False
        if not report.was_unit.is_retired:
            appeal.unit, appeal.state, appeal.placed_by = report.was_unit, report.was_state, report.was_placed_by
        appeal.save(update_fields=["is_recused", "unit", "state", "placed_by"])
    mark_dirty((unit, appeal.called_on) for unit in (appeal.unit_id, appeal.street_id))
    record_event("operation", f"{appeal.street.name}：纪检监察工委退回诉求 1 件", by=by, acting=_acting(step))
    return step


def _acting(step):
    """Under which post a step was taken, for the trail."""
    return Acting(step.appointment, step.for_whom, step.basis)
