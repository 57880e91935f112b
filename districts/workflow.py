"""The one engine of workflows: a table of steps per workflow, and `take_step` which takes them."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from districts.access import appointment_for
from districts.posts.duties import HANDLES_FOR, Duty
from districts.posts.models import Appointment
from districts.records.models import Basis


@dataclass(frozen=True)
class Step:
    """A step: from which states, to which, by which duty, and what must be given (names of the call's arguments)."""

    verb: str
    label: str
    start: tuple
    end: str
    duty: Duty
    needs: tuple = ()


class StepRefused(Exception):
    """The step cannot be taken now; the message is a Chinese sentence for the user."""


class NotYours(Exception):
    """The record does not exist for this user under this duty."""


@transaction.atomic
def take_step(record, verb, by, *, for_whom=None, basis="", note="", **given):
    """Take a step on a record: lock it, check gate, state and needs, move its state, write what happened.

    Returns the StepRecord; `record.state` is brought up to date. Raises NotYours or StepRefused, changing nothing.
    """
    model = type(record)
    step = model.STEPS[verb]
    row = model._base_manager.select_for_update().get(pk=record.pk)
    if not model.objects.where_user_may(by, step.duty).filter(pk=row.pk).exists():
        raise NotYours
    if row.state not in step.start:
        raise StepRefused(f"现在是“{row.get_state_display()}”，不能{step.label}；请刷新后再看。")
    for name, value in {"note": note, **given}.items():
        if name in step.needs and not value:
            raise StepRefused(f"{step.label}时请写明{row.NEEDED[name]}。")
    appointment = appointment_for(by, step.duty, row.acting_unit(step))
    for_whom = for_whom or _principal(appointment, step)
    if for_whom and basis not in Basis.values:
        raise StepRefused(f"代{for_whom.name}{step.label}，请选择依据（口头交代、会议议定或书面批示）。")
    before, row.state = row.state, step.end
    row.save(update_fields=["state"])
    record.state = row.state
    now = timezone.now()
    return row.steps.create(
        verb=verb,
        label=row.step_label(step),
        from_state=before,
        to_state=step.end,
        note=note.strip(),
        by=by,
        for_whom=for_whom,
        basis=basis if for_whom else "",
        appointment=appointment,
        taken_at=now,
        taken_on=timezone.localdate(now),
        **given,
    )


def _principal(appointment, step):
    """On whose behalf a post always acts: the clerk for the head of the department."""
    post = HANDLES_FOR.get(appointment.post) if step.duty == Duty.HANDLE else None
    if post is None:
        return None
    heads = Appointment.objects.valid_on(timezone.localdate()).filter(post=post, unit=appointment.unit)
    head = heads.select_related("user").first()
    if head is None:
        raise StepRefused(f"“{appointment.unit.name}”的{post.label}空缺，暂不能代为{step.label}。")
    return head.user


def open_steps(model, records, user):
    """For each record's id the steps that the user may take on it now, in the table's order; one query per duty."""
    ready = {r.pk: [s for s in model.STEPS.values() if r.state in s.start] for r in records}
    duties = {s.duty for steps in ready.values() for s in steps}
    mine = {d: set(_allowed(model, user, d, ready)) for d in duties}
    return {pk: [s for s in steps if pk in mine[s.duty]] for pk, steps in ready.items()}


def _allowed(model, user, duty, ids):
    return model.objects.where_user_may(user, duty).filter(pk__in=list(ids)).values_list("pk", flat=True)
