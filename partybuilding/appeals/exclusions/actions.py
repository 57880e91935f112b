"""剔除 and 挂账: asked for with a reason and evidence, answered outside, the answer recorded with its paper.

Until then the appeal counts; after 销账 it counts again.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from districts.duties import Duty
from districts.files.attachments import keep_file
from districts.records.dirty import mark_dirty
from districts.records.models import Basis
from districts.workflow import NotYours, acting_as, not_about, take_step
from partybuilding.appeals.models import Appeal, Exclusion, ExclusionStep


def may_ask(user, appeal):
    """By whoever handles there; at the street itself by whoever dispatches there."""
    return asking_duty(user, appeal) is not None


def asking_duty(user, appeal):
    for duty in (Duty.HANDLE, Duty.ISSUE):
        if Appeal.objects.where_user_may(user, duty).filter(pk=appeal.pk).exists():
            return duty
    return None


@transaction.atomic
def ask_exclusion(
    appeal, by, *, reason, note, kind=Exclusion.Kind.REMOVED, review_on=None, evidence=(), under=None, basis=""
):
    """Ask; NotYours without the duty there, ValidationError where it was asked before or nothing proves it."""
    duty = asking_duty(by, appeal)
    ways = not_about(appeal, acting_as(by, duty, appeal.unit)) if duty else []
    acting = next((way for way in ways if under in (None, way.appointment.pk)), None)
    if acting is None:
        raise NotYours
    if acting.principal and basis not in Basis.values:
        raise ValidationError(f"代{acting.principal.name}申请，请选择依据（口头交代、会议议定或书面批示）。")
    try:
        with transaction.atomic():
            exclusion = Exclusion.objects.create(
                appeal=appeal, kind=kind, reason=reason, note=note, review_on=review_on
            )
    except IntegrityError:
        raise ValidationError("这件诉求已经申请过剔除或挂账，请等审定结果。") from None
    now = timezone.now()
    ExclusionStep.objects.create(
        exclusion=exclusion,
        verb="ask",
        label=f"申请{exclusion.get_kind_display()}",
        from_state="",
        to_state=Exclusion.State.ASKED,
        note=note,
        review_on=review_on,
        by=by,
        for_whom=acting.principal,
        basis=basis if acting.principal else "",
        appointment=acting.appointment,
        taken_at=now,
        taken_on=timezone.localdate(now),
    )
    for kind, content, name in evidence:
        keep_file(exclusion.evidence, kind, content, name=name, by=by)
    return exclusion


@transaction.atomic
def answer_exclusion(exclusion, by, *, is_granted, note="", paper="", **acting):
    """Record the answer that came from outside; from a granted one on the adjusted rates leave the appeal out."""
    step = take_step(exclusion, "grant" if is_granted else "deny", by, note=note, paper=paper, **acting)
    if is_granted:
        _count_out(exclusion.appeal_id, is_excluded=True)
    return step


@transaction.atomic
def review_suspension(exclusion, by, *, is_over, note, review_on=None, **acting):
    """复查: 销账, from which on the appeal counts again, or a new day of review."""
    if is_over:
        step = take_step(exclusion, "clear", by, note=note, **acting)
        _count_out(exclusion.appeal_id, is_excluded=False)
    else:
        step = take_step(exclusion, "review", by, note=note, review_on=review_on, **acting)
        Exclusion.objects.filter(pk=exclusion.pk).update(review_on=review_on)
    return step


def _count_out(appeal, *, is_excluded):
    rows = Appeal.objects.filter(pk=appeal)
    rows.update(is_excluded=is_excluded)
    mark_dirty(rows.values_list("unit", "called_on"))
