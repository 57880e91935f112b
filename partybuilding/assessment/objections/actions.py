"""异议: raised by the unit in its time, decided by the assessing office with words."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.files.attachments import keep_file
from districts.workflow import NotYours, open_record, take_step, ways_to
from partybuilding.assessment.models import Objection, ScoreSheet, Settlement


def window(settlement):
    """The last day on which an objection may be raised; None when it is not the time."""
    if settlement.state == Settlement.State.CHECKING:
        return settlement.check_until
    return settlement.objections_until if settlement.is_final else None


def may_object(user, sheet):
    until = window(sheet.settlement)
    return sheet.is_current and bool(until and timezone.localdate() <= until) and bool(speaking(user, sheet))


def speaking(user, sheet):
    """The ways in which a person speaks for the very unit of a sheet, never for one below."""
    return ways_to(Objection.STEPS["raise"], sheet.unit, user)


@transaction.atomic
def raise_objection(sheet, by, *, indicator, text, evidence=(), **acting):
    """Raise one; NotYours for whoever does not speak for the unit, ValidationError out of time or where one is open."""
    if not speaking(by, sheet):
        raise NotYours
    settlement = Settlement.objects.select_for_update().get(pk=sheet.settlement_id)
    until = window(settlement)
    is_current = ScoreSheet.objects.filter(pk=sheet.pk, is_current=True).exists()
    if until is None or timezone.localdate() > until or not is_current:
        raise ValidationError("现在不在核对期或异议期内，不能再提。")
    objection = Objection(sheet=sheet, indicator=indicator, text=text)
    open_record(objection, "raise", by, note=text, there_is="这一项已有异议在复核，请等复核结果。", **acting)
    for kind, content, name in evidence:
        keep_file(objection.evidence, kind, content, name=name, by=by)
    return objection


def withdraw_objection(objection, by, **acting):
    """By whoever speaks for the unit, while nobody has decided. Raises NotYours or StepRefused."""
    return take_step(objection, "withdraw", by, **acting)


def decide_objection(objection, by, *, is_upheld, note, **acting):
    """成立 or 不成立, with words. What follows is done where the record is kept, then recomputed or corrected."""
    return take_step(objection, "uphold" if is_upheld else "dismiss", by, note=note, **acting)
