"""岗位与权限事项: prepared by the Party office, its difference shown first, done by the security administrator."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.apart import Deed, refusal
from districts.duties import Duty, Post
from districts.locking import structure_lock
from districts.posts.appointing import appoint, dismiss
from districts.posts.models import Appointment, AppointmentChange
from districts.trail.recording import record_event
from districts.units.models import Unit


@dataclass(frozen=True)
class Difference:
    """What a change would do: sentences on posts that begin and end, and on the duties that persons gain and lose."""

    posts: list
    gains: list
    losses: list


def prepare_change(change, by=None):
    """Keep an unsaved change for authorisation, after trying it. Raises ValidationError when it could not be done."""
    if by is not None and by.pk == change.user_id:
        raise ValidationError("不能拟办本人的岗位与权限，请由另一位同事办理。")
    difference_of(change)
    with structure_lock():
        same = AppointmentChange.objects.filter(
            state=AppointmentChange.State.PREPARED,
            kind=change.kind,
            user=change.user,
            post=change.post,
            unit=change.unit,
        )
        if same.exists():
            raise ValidationError("同样的事项已经拟办，正在等待开通权限。")
        change.prepared_by = by
        change.save()
        record_event("post", f"拟办：{change}，依据：{change.reason}", by=by)
    return change


def difference_of(change):
    """Try the change and take it back. Raises ValidationError with the reason why it cannot be done."""
    with transaction.atomic():
        before = _powers(change)
        posts = _apply(change, None)
        after = _powers(change)
        transaction.set_rollback(True)
    return Difference(posts, _in_words(after - before), _in_words(before - after))


def authorise_change(change, by):
    """Do what was prepared: by a security administrator who neither prepared it nor gains by it."""
    with structure_lock():
        change = AppointmentChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        _check_decider(change, by)
        _apply(change, by)
        return _decide(change, AppointmentChange.State.DONE, by, "")


def refuse_change(change, by, answer):
    with structure_lock():
        change = AppointmentChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        _check_decider(change, by)
        if not answer.strip():
            raise ValidationError("请写明不同意的原因。")
        return _decide(change, AppointmentChange.State.REFUSED, by, answer)


def withdraw_change(change, by):
    """Take back what was prepared but not yet decided."""
    with structure_lock():
        change = AppointmentChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        _check_open(change)
        change.state = AppointmentChange.State.WITHDRAWN
        change.save(update_fields=["state"])
        record_event("post", f"撤回拟办：{change}", by=by)
        return change


def _decide(change, state, by, answer):
    change.state, change.decided_by, change.decided_at, change.answer = state, by, timezone.now(), answer
    change.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    record_event("post", f"{change.get_state_display()}：{change}{'，' + answer if answer else ''}", by=by)
    return change


def _check_open(change):
    if change.state != AppointmentChange.State.PREPARED:
        raise ValidationError(f"这项岗位与权限现在是“{change.get_state_display()}”，不能再办；请刷新。")


def _check_decider(change, by):
    _check_open(change)
    if by.admin_role != by.AdminRole.SECURITY_ADMIN:
        raise ValidationError("权限由安全管理员开通。")
    deeds = [Deed("拟办", change.prepared_by)] if change.prepared_by else []
    if refusal(deeds, "授权", by) or by.pk == change.user_id:
        raise ValidationError("不能开通自己拟办的或本人的权限。")


def _apply(change, by):
    """Appoint or dismiss; returns sentences on the posts that begin and end."""
    if change.kind == AppointmentChange.Kind.DISMISS:
        held = _held(change)
        dismiss(held, on=change.on, reason=change.reason, by=by)
        return [f"{held} 到 {change.on} 止"]
    ended = _end_predecessor(change, by) if change.replaces else []
    made = appoint(
        change.user,
        change.post,
        change.unit,
        starts_on=change.on,
        ends_on=change.until,
        reason=change.reason,
        title=change.title,
        is_acting=change.is_acting,
        by=by,
    )
    return [*ended, f"{made} 自 {change.on} 起" + (f"，至 {change.until}" if change.until else "")]


def _held(change):
    rows = Appointment.objects.filter(user=change.user, post=change.post, unit=change.unit)
    held = rows.overlapping(change.on, None).select_related("user", "unit").first()
    if held is None:
        raise ValidationError(f"{change.user.name}没有在“{change.unit.name}”任“{Post(change.post).label}”，不能免去。")
    return held


def _end_predecessor(change, by):
    eve = change.on - timedelta(days=1)
    present = Appointment.objects.filter(post=change.post, unit=change.unit).overlapping(change.on, change.until)
    rows = list(present.exclude(user=change.user).select_related("user", "unit"))
    for row in rows:
        dismiss(row, on=eve, reason=change.reason, by=by)
    return [f"{row} 到 {eve} 止" for row in rows]


def _powers(change):
    """The (name, unit, duty) rows that the change's post gives to anybody on its first day and after."""
    day = change.on + timedelta(days=change.kind == AppointmentChange.Kind.DISMISS)
    rows = Appointment.objects.filter(unit=change.unit).overlapping(day, None).relieved_on(day)
    return {(a.user.name, a.unit_id, duty.value) for a in rows.select_related("user") for duty in a.duties}


def _in_words(rows):
    """One sentence per person: what they may do, where."""
    by_person = {}
    for name, unit, duty in sorted(rows):
        by_person.setdefault((name, unit), []).append(Duty(duty))
    units = dict(Unit.objects.filter(pk__in={unit for _, unit in by_person}).values_list("pk", "name"))
    return [
        f"{name}：{units[unit]}{'及以下' if Duty.VIEW in duties else ''} · {'、'.join(d.label for d in Duty if d in duties)}"
        for (name, unit), duties in by_person.items()
    ]
