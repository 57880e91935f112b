"""Putting units into a difficulty group, from a day on; the past keeps its groups."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.trail.recording import record_event
from partybuilding.assessment.models import PeerMember


@transaction.atomic
def put_into_group(street, units, by, *, name, starts_on, reason):
    """From `starts_on` on the units stand in the group; an empty name takes them out. Raises ValidationError."""
    if starts_on < timezone.localdate().replace(day=1):
        raise ValidationError("只能从本月 1 日或以后的日子起；过去的月份按当时的分组，不改。")
    present = PeerMember.objects.select_for_update().filter(unit__in=units, ends_on=None)
    later = present.filter(starts_on__gte=starts_on)
    if not name and not present.exists():
        raise ValidationError("这些单位本来就不在任何难度组里。")
    later.delete()
    present.update(ends_on=starts_on - timedelta(days=1))
    if name:
        PeerMember.objects.bulk_create(
            PeerMember(unit=unit, name=name, starts_on=starts_on, reason=reason, entered_by=by) for unit in units
        )
    names = "、".join(unit.name for unit in units)
    record_event(
        "setting", f"{street.name}：{names} {starts_on} 起{f'列入难度组“{name}”' if name else '不再列入难度组'}", by=by
    )
