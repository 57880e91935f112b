"""剔除 and 挂账: asked for with a reason and evidence, answered outside, the answer recorded with its paper.

Until then the appeal counts; after 销账 it counts again.
"""

from django.db import transaction

from districts.duties import Duty
from districts.files.attachments import keep_file
from districts.records.dirty import mark_dirty
from districts.workflow import NotYours, open_record, take_step
from partybuilding.appeals.models import Appeal, Exclusion


def may_ask(user, appeal):
    """By whoever handles there; at the street itself by whoever dispatches there."""
    return asking_duty(user, appeal) is not None


def asking_duty(user, appeal):
    for duty in (Duty.HANDLE, Duty.ISSUE):
        if Appeal.objects.where_user_may(user, duty).filter(pk=appeal.pk).exists():
            return duty
    return None


@transaction.atomic
def ask_exclusion(appeal, by, *, reason, note, kind=Exclusion.Kind.REMOVED, review_on=None, evidence=(), **acting):
    """Ask; NotYours without the duty there, ValidationError where it was asked before or nothing proves it."""
    if not may_ask(by, appeal):
        raise NotYours
    exclusion = Exclusion(appeal=appeal, kind=kind, reason=reason, note=note, review_on=review_on)
    there_is = "这件诉求已经申请过剔除或挂账，请等审定结果。"
    open_record(exclusion, "ask", by, note=note, review_on=review_on, there_is=there_is, **acting)
    for file_kind, content, name in evidence:
        keep_file(exclusion.evidence, file_kind, content, name=name, by=by)
    return exclusion


def withdraw_exclusion(exclusion, by, **acting):
    """By whoever may ask there, while no answer is recorded; it can be asked anew. Raises NotYours or StepRefused."""
    return take_step(exclusion, "withdraw", by, **acting)


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
