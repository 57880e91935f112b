"""Delegations (代录) and grants: lent for a while, never to oneself, ending by themselves."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.duties import posts_that_log_in
from districts.locking import structure_lock
from districts.posts.appointing import derive_permissions
from districts.posts.models import Appointment, Delegation, Grant, User
from districts.trail.recording import record_event

LONGEST = timedelta(days=366)


def delegate_post(appointment, delegate, *, starts_on, ends_on, reason, by=None):
    """Let a person enter steps for the holder of an appointment, from one day to another, both included."""
    with structure_lock():
        appointment = Appointment.objects.select_related("user", "unit").get(pk=appointment.pk)
        if delegate.pk == appointment.user_id:
            raise ValidationError("不能委托给本人。")
        _check_span(starts_on, ends_on)
        _check_borrower(delegate, appointment.unit, by)
        if appointment.ends_on and appointment.ends_on < starts_on:
            raise ValidationError(f"{appointment.user.name}的这项任职已于 {appointment.ends_on} 结束，不能委托。")
        same = Delegation.objects.filter(appointment=appointment, delegate=delegate)
        if same.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
            raise ValidationError(f"{delegate.name}在此期间已可代录，不用重复委托。")
        lent = Delegation.objects.create(
            appointment=appointment,
            delegate=delegate,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason,
            entered_by=by,
        )
        record_event("post", f"代录委托：{lent}，{starts_on} 至 {ends_on}，依据：{reason}", by=by)
        return lent


def grant_duty(user, duty, unit, *, starts_on, ends_on, reason, by=None):
    """Give a person one duty over a unit and what is below it, from one day to another, both included."""
    with structure_lock():
        _check_span(starts_on, ends_on)
        _check_borrower(user, unit, by)
        grant = Grant.objects.create(
            user=user, duty=duty, unit=unit, starts_on=starts_on, ends_on=ends_on, reason=reason, entered_by=by
        )
        derive_permissions(user)
        record_event("post", f"临时授权：{grant}，{starts_on} 至 {ends_on}，依据：{reason}", by=by)
        return grant


def end_lent(lent, *, on, by=None):
    """End a delegation or a grant early; `on` is its last day."""
    with structure_lock():
        if not lent.starts_on <= on <= lent.ends_on:
            raise ValidationError(f"最后一天应在 {lent.starts_on} 至 {lent.ends_on} 之间。")
        lent.ends_on = on
        lent.save(update_fields=["ends_on"])
        if isinstance(lent, Grant):
            derive_permissions(lent.user)
        record_event("post", f"提前结束：{lent}，最后一天 {on}", by=by)
        return lent


def _check_span(starts_on, ends_on):
    if ends_on < starts_on:
        raise ValidationError("截止日期不能早于起始日期。")
    if ends_on < timezone.localdate():
        raise ValidationError(f"截止日期 {ends_on} 已经过去。")
    if ends_on - starts_on > LONGEST:
        raise ValidationError("最长一年，到期再续。")


def _check_borrower(user, unit, by):
    """Whoever borrows holds a post in the same street; nobody lends to themself by entering it."""
    if by is not None and by.pk == user.pk:
        raise ValidationError("任何人不能给自己授权，请由另一位管理员办理。")
    user = User.objects.get(pk=user.pk)
    if user.admin_role or not user.is_active:
        raise ValidationError(f"{user.name}是管理员或账号已停用，不能授权。")
    held = Appointment.objects.valid_on(timezone.localdate()).filter(user=user, post__in=posts_that_log_in())
    if not held.filter(unit__tree_id=unit.tree_id).exists():
        raise ValidationError(f"{user.name}在本街道没有有效的任职，不能授权；请先办理任职。")
