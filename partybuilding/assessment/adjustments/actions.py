"""加减分: proposed with reason and evidence by the assessing office, approved by a leader; in force with the next run."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.duties import Duty
from districts.files.attachments import keep_file
from districts.records.dirty import mark_dirty
from districts.records.models import Basis
from districts.workflow import NotYours, acting_as, take_step
from partybuilding.assessment.models import Adjustment, AdjustmentStep

Kind = Adjustment.Kind


@transaction.atomic
def propose(sheet, by, *, kind, reason, indicator="", points=0, evidence=(), under=None, basis=""):
    """Propose one for a unit's period. Raises NotYours, or ValidationError without evidence."""
    ways = acting_as(by, Duty.ASSESS, sheet.unit)
    acting = next((way for way in ways if under in (None, way.appointment.pk)), None)
    if acting is None:
        raise NotYours
    if not evidence:
        raise ValidationError("请附上依据的文件或照片。")
    adjustment = Adjustment.objects.create(
        period=sheet.period,
        unit=sheet.unit,
        kind=kind,
        reason=reason,
        points=0 if kind == Kind.VETO else points,
        indicator=indicator if kind == Kind.DEDUCTION else "",
    )
    now = timezone.now()
    AdjustmentStep.objects.create(
        adjustment=adjustment,
        verb="propose",
        label="提出",
        from_state="",
        to_state=Adjustment.State.PROPOSED,
        note=reason,
        by=by,
        for_whom=acting.principal,
        basis=basis if basis in Basis.values else "",
        appointment=acting.appointment,
        taken_at=now,
        taken_on=timezone.localdate(now),
    )
    for file_kind, content, name in evidence:
        keep_file(adjustment.evidence, file_kind, content, name=name, by=by)
    return adjustment


def withdraw(adjustment, by, **acting):
    """By the office that proposed it, while no leader has decided. Raises NotYours or StepRefused."""
    return take_step(adjustment, "withdraw", by, **acting)


@transaction.atomic
def decide(adjustment, by, *, is_approved, note="", **acting):
    """Approve or refuse one; what is approved is counted with the unit's records."""
    step = take_step(adjustment, "approve" if is_approved else "refuse", by, note=note, **acting)
    if is_approved:
        mark_dirty([(adjustment.unit_id, adjustment.period.ends_on)])
    return step
