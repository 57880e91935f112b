"""appoint() and dismiss(): the only writers of appointments and of the guardian rows derived from them."""

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.duties import NEVER_TOGETHER, Post
from districts.locking import structure_lock
from districts.posts.models import Appointment, Grant, UnitUserPermission, User
from districts.trail.recording import record_event
from districts.units.models import Unit


def appoint(user, post, unit, *, starts_on, reason, by=None, ends_on=None, title="", is_acting=False):
    """Give a person a post in a unit from `starts_on` (to `ends_on`, included). `reason` names the paper.

    Raises ValidationError with a Chinese sentence on a wrong kind of unit, an overlap, a second holder of a
    single post, an administrator, or somebody appointing themself.
    """
    post = Post(post)
    with structure_lock():
        user, unit = User.objects.get(pk=user.pk), Unit.objects.get(pk=unit.pk)
        _check_person(user, by)
        if unit.kind not in post.held_in:
            kinds = "、".join(Unit.Kind(k).label for k in post.held_in)
            raise ValidationError(f"“{post.label}”只能在{kinds}任职，“{unit.name}”是{unit.get_kind_display()}。")
        if unit.is_retired:
            raise ValidationError(f"“{unit.name}”已于 {unit.retired_on} 撤销，不能任职。")
        if ends_on and ends_on < starts_on:
            raise ValidationError("任职的截止日期不能早于起始日期。")
        if is_acting and not ends_on:
            raise ValidationError("代理须写明到哪一天为止。")
        _check_overlap(user, post, unit, starts_on, ends_on)
        _check_together(user, post, starts_on, ends_on)
        appointment = Appointment.objects.create(
            user=user,
            post=post,
            unit=unit,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason,
            entered_by=by,
            title=title,
            is_acting=is_acting,
        )
        derive_permissions(user)
        record_event("post", f"任命 {appointment}，自 {starts_on}，依据：{reason}", by=by)
        return appointment


def dismiss(appointment, *, on, reason, by=None):
    """End an appointment; `on` is its last day."""
    with structure_lock():
        appointment = Appointment.objects.get(pk=appointment.pk)
        if by is not None and by.pk == appointment.user_id:
            raise ValidationError("不能办理本人的免职。")
        if on < appointment.starts_on:
            raise ValidationError(f"截止日期 {on} 早于任职起始日期 {appointment.starts_on}。")
        if appointment.ends_on and appointment.ends_on <= on:
            raise ValidationError(f"这项任职已于 {appointment.ends_on} 结束。")
        appointment.ends_on, appointment.ended_reason = on, reason
        appointment.save(update_fields=["ends_on", "ended_reason"])
        derive_permissions(appointment.user)
        record_event("post", f"免去 {appointment}，至 {on}，依据：{reason}", by=by)
        return appointment


def _check_person(user, by):
    if by is not None and by.pk == user.pk:
        raise ValidationError("任何人不能给自己任职，请由另一位管理员办理。")
    if user.admin_role:
        raise ValidationError(f"{user.name}是{user.get_admin_role_display()}，管理员不能担任业务岗位。")
    if not user.is_active:
        raise ValidationError(f"{user.name}的账号已停用，不能任职。")


def _check_overlap(user, post, unit, starts_on, ends_on):
    same = Appointment.objects.filter(post=post, unit=unit).overlapping(starts_on, ends_on).select_related("user")
    rival = (same if post.is_single else same.filter(user=user)).first()
    if rival:
        span = f"{rival.starts_on} 至 {rival.ends_on or '今'}"
        raise ValidationError(f"“{unit.name}”的“{post.label}”在此期间已有{rival.user.name}（{span}），请先办理免去。")


def _check_together(user, post, starts_on, ends_on):
    """Two posts of which nobody holds both, anywhere, not for a day."""
    others = [other for pair in NEVER_TOGETHER if post in pair for other in pair - {post}]
    rival = Appointment.objects.filter(user=user, post__in=others).overlapping(starts_on, ends_on).first()
    if rival:
        span = f"{rival.starts_on} 至 {rival.ends_on or '今'}"
        raise ValidationError(
            f"{user.name}任“{rival.get_post_display()}”（{span}），同一个人不能同时任“{post.label}”：导入数据的不能是考核的。"
            "请另选一人，或先办理免去。"
        )


def wanted_permissions(appointments, grants=()):
    """The (user id, unit id, duty) rows that a set of appointments and grants should have."""
    by_post = {(a.user_id, a.unit_id, duty.value) for a in appointments for duty in Post(a.post).duties}
    return by_post | {(g.user_id, g.unit_id, g.duty) for g in grants}


def lasting_appointments():
    """Appointments that give something today or will on a later day."""
    return Appointment.objects.overlapping(timezone.localdate(), None)


def lasting_grants():
    return Grant.objects.filter(ends_on__gte=timezone.localdate())


def derive_permissions(user):
    """Make a person's guardian rows equal to what appointments and grants give; a row goes when nothing gives it."""
    wanted = wanted_permissions(lasting_appointments().filter(user=user), lasting_grants().filter(user=user))
    have = {
        (row.user_id, row.content_object_id, row.permission.codename): row.pk
        for row in UnitUserPermission.objects.filter(user=user).select_related("permission")
    }
    UnitUserPermission.objects.filter(pk__in=[have[key] for key in have.keys() - wanted]).delete()
    ids = permission_ids()
    UnitUserPermission.objects.bulk_create(
        UnitUserPermission(user_id=u, content_object_id=unit, permission_id=ids[duty])
        for u, unit, duty in sorted(wanted - have.keys())
    )


def permission_ids():
    """Codename of each duty to the id of its permission on Unit."""
    rows = Permission.objects.filter(content_type__app_label="districts", content_type__model="unit")
    return dict(rows.values_list("codename", "pk"))


def access_faults():
    """Chinese sentences on guardian rows that nothing gives, or that are missing. Lapsed ones are harmless: the gate asks the date."""
    rows = UnitUserPermission.objects.values_list("user_id", "content_object_id", "permission__codename")
    have, wanted = set(rows), wanted_permissions(lasting_appointments(), lasting_grants())
    ever = wanted_permissions(Appointment.objects.all(), Grant.objects.all())
    faults = [f"缺少：人员 #{u} 在单位 #{unit} 的 {duty}" for u, unit, duty in sorted(wanted - have)]
    faults += [f"多出：人员 #{u} 在单位 #{unit} 的 {duty}，没有任职依据" for u, unit, duty in sorted(have - ever)]
    return faults
