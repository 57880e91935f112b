"""Who serves which estate: entered by whoever takes appeals in, or by the Party office; ended by a day, never deleted."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.duties import Duty
from districts.estates.models import Estate
from districts.trail.recording import record_event
from districts.units.models import Unit
from districts.workflow import NotYours
from partners.organisations.models import Organisation, Serving

KEEPERS = (Duty.INTAKE, Duty.ASSESS)


def streets_kept_by(user):
    """The streets whose estates and organisations the user keeps."""
    mine = Unit.objects.where_user_may(user, Duty.INTAKE) | Unit.objects.where_user_may(user, Duty.ASSESS)
    return mine.active().filter(parent=None)


@transaction.atomic
def serve(organisation, by, *, estate, role, starts_on, ends_on=None, reason=""):
    """From a day on an organisation serves an estate. NotYours, or ValidationError where it does so already."""
    mine = Organisation.objects.where_user_may_any(by, KEEPERS).filter(street__in=streets_kept_by(by).values("pk"))
    locked = mine.select_for_update(of=("self",)).filter(pk=organisation.pk).first()
    if locked is None or not Estate.objects.where_user_may_any(by, KEEPERS).filter(pk=estate.pk).exists():
        raise NotYours
    if ends_on and ends_on < starts_on:
        raise ValidationError({"ends_on": "“到”早于“从”。"})
    same = Serving.objects.filter(organisation=locked, estate=estate, role=role).overlapping(starts_on, ends_on)
    if there := same.first():
        span = f"{there.starts_on} 至 {there.ends_on or '今'}"
        raise ValidationError(f"“{locked.name}”在“{estate.name}”已记为{there.get_role_display()}（{span}），不用再记。")
    serving = Serving.objects.create(
        organisation=locked,
        estate=estate,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        entered_by=by,
    )
    record_event("setting", f"服务关系：{serving}，自 {starts_on}", by=by)
    return serving


@transaction.atomic
def end_serving(serving, by, *, on):
    """`on` is its last day."""
    mine = Serving.objects.where_user_may_any(by, KEEPERS).select_for_update(of=("self",))
    locked = mine.select_related("organisation", "estate").filter(pk=serving.pk).first()
    if locked is None:
        raise NotYours
    if on < locked.starts_on:
        raise ValidationError(f"最后一天不能早于起始日期 {locked.starts_on}。")
    if locked.ends_on and locked.ends_on < timezone.localdate():
        raise ValidationError(f"这一项已于 {locked.ends_on} 结束。")
    locked.ends_on = on
    locked.save(update_fields=["ends_on"])
    record_event("setting", f"服务关系：{locked}，至 {on}", by=by)
    return locked


def serving_on(estate, day):
    """Who served an estate on a day, in the order of the roles; whose successor answers now is its `heir`."""
    rows = Serving.objects.filter(estate=estate).valid_on(day).select_related("organisation__merged_into")
    order = {role: n for n, role in enumerate(Serving.Role.values)}
    return sorted(rows, key=lambda serving: (order[serving.role], serving.pk))
