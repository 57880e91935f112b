"""异议: raised by the unit in its time, decided by the assessing office with words."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from districts.duties import Duty
from districts.files.attachments import keep_file
from districts.records.models import Basis
from districts.workflow import NotYours, StepRefused, acting_as, take_step
from partybuilding.assessment.models import Objection, ObjectionStep, ScoreSheet, Settlement


def objecting_duty(user, sheet):
    """By whoever handles in the unit; in a centre by whoever issues there. None for everybody else."""
    for duty in (Duty.HANDLE, Duty.ISSUE):
        if acting_as_of_unit(user, duty, sheet):
            return duty
    return None


def acting_as_of_unit(user, duty, sheet):
    """The ways in which a user speaks for the very unit of a sheet, never for one below."""
    return [way for way in acting_as(user, duty, sheet.unit) if way.appointment.unit_id == sheet.unit_id]


def window(settlement):
    """The last day on which an objection may be raised; None when it is not the time."""
    if settlement.state == Settlement.State.CHECKING:
        return settlement.check_until
    return settlement.objections_until if settlement.is_final else None


def may_object(user, sheet):
    until = window(sheet.settlement)
    return (
        sheet.is_current and bool(until and timezone.localdate() <= until) and objecting_duty(user, sheet) is not None
    )


@transaction.atomic
def raise_objection(sheet, by, *, indicator, text, evidence=(), under=None, basis=""):
    """Raise one; NotYours for whoever does not speak for the unit, ValidationError out of time or where one is open."""
    acting = _speaking(sheet, by, under, basis)
    settlement = Settlement.objects.select_for_update().get(pk=sheet.settlement_id)
    until = window(settlement)
    if (
        until is None
        or timezone.localdate() > until
        or not ScoreSheet.objects.filter(pk=sheet.pk, is_current=True).exists()
    ):
        raise ValidationError("现在不在核对期或异议期内，不能再提。")
    try:
        with transaction.atomic():
            objection = Objection.objects.create(sheet=sheet, indicator=indicator, text=text)
    except IntegrityError:
        raise ValidationError("这一项已有异议在复核，请等复核结果。") from None
    _write(objection, "raise", "", text, by, acting, basis)
    for kind, content, name in evidence:
        keep_file(objection.evidence, kind, content, name=name, by=by)
    return objection


@transaction.atomic
def withdraw_objection(objection, by, *, under=None, basis=""):
    """By whoever speaks for the unit, while nobody has decided. Raises NotYours or StepRefused."""
    acting = _speaking(objection.sheet, by, under, basis)
    waiting = Objection.objects.filter(pk=objection.pk, state=Objection.State.RAISED)
    if not waiting.update(state=Objection.State.WITHDRAWN):
        raise StepRefused("这条异议已经复核或撤回过了，请刷新后再看。")
    objection.state = Objection.State.WITHDRAWN
    _write(objection, "withdraw", Objection.State.RAISED, "", by, acting, basis)


def _speaking(sheet, by, under, basis):
    """How somebody speaks for the very unit of a sheet."""
    duty = objecting_duty(by, sheet)
    ways = acting_as_of_unit(by, duty, sheet) if duty else []
    acting = next((way for way in ways if under in (None, way.appointment.pk)), None)
    if acting is None:
        raise NotYours
    if acting.principal and basis not in Basis.values:
        raise ValidationError(f"代{acting.principal.name}办理，请选择依据（口头交代、会议议定或书面批示）。")
    return acting


def _write(objection, verb, from_state, note, by, acting, basis):
    now = timezone.now()
    ObjectionStep.objects.create(
        objection=objection,
        verb=verb,
        label=Objection.STEPS[verb].label,
        from_state=from_state,
        to_state=objection.state,
        note=note,
        by=by,
        for_whom=acting.principal,
        basis=basis if acting.principal else "",
        appointment=acting.appointment,
        taken_at=now,
        taken_on=timezone.localdate(now),
    )


def decide_objection(objection, by, *, is_upheld, note, **acting):
    """成立 or 不成立, with words. What follows is done where the record is kept, then recomputed or corrected."""
    return take_step(objection, "uphold" if is_upheld else "dismiss", by, note=note, **acting)
