"""Putting units into a difficulty group, from a day on; the past keeps its groups."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from districts.records.dirty import mark_dirty
from districts.trail.recording import record_event
from partybuilding.assessment.models import PeerMember
from partybuilding.assessment.periods.months import first_open_day


@transaction.atomic
def put_into_group(street, units, by, *, name, starts_on, reason):
    """From `starts_on` on the units stand in the group; an empty name takes them out. Raises ValidationError."""
    first = first_open_day()
    if starts_on < first:
        raise ValidationError(f"只能从本期第一天（{first}）或以后的日子起；过去的月份按当时的分组，不改。")
    from_then = Q(ends_on=None) | Q(ends_on__gte=starts_on)
    rows = PeerMember.objects.select_for_update().filter(from_then, unit__in=units)
    if not name and not rows.exists():
        raise ValidationError("这些单位本来就不在任何难度组里。")
    rows.filter(starts_on__gte=starts_on).delete()
    rows.update(ends_on=starts_on - timedelta(days=1))
    mark_dirty((unit.pk, starts_on) for unit in units)
    if name:
        PeerMember.objects.bulk_create(
            PeerMember(unit=unit, name=name, starts_on=starts_on, reason=reason, entered_by=by) for unit in units
        )
    names = "、".join(unit.name for unit in units)
    record_event(
        "setting", f"{street.name}：{names} {starts_on} 起{f'列入难度组“{name}”' if name else '不再列入难度组'}", by=by
    )
