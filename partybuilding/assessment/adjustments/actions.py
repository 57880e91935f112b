"""加减分: proposed with reason and evidence by the assessing office, approved by a leader; in force with the next run."""

from django.core.exceptions import ValidationError
from django.db import transaction

from districts.files.attachments import keep_file
from districts.records.dirty import mark_dirty
from districts.workflow import open_record, take_step
from partybuilding.assessment.models import Adjustment

Kind = Adjustment.Kind


@transaction.atomic
def propose(sheet, by, *, kind, reason, indicator="", points=0, evidence=(), **acting):
    """Propose one for a unit's period. Raises NotYours, or ValidationError without evidence."""
    if not evidence:
        raise ValidationError("请附上依据的文件或照片。")
    adjustment = Adjustment(
        period=sheet.period,
        unit=sheet.unit,
        kind=kind,
        reason=reason,
        points=0 if kind == Kind.VETO else points,
        indicator=indicator if kind == Kind.DEDUCTION else "",
    )
    open_record(adjustment, "propose", by, note=reason, **acting)
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
