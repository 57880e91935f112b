"""Keeping the 小区 of a street, and finding those of the appeals that are there already."""

from django.db import transaction
from django.utils import timezone

from districts.trail.recording import record_event
from districts.workflow import take_step
from partybuilding.appeals.models import Appeal


@transaction.atomic
def keep_estate(estate, by):
    """Save a 小区; appeals of its community whose place is exactly one of its names, and that have none, get it. Returns how many."""
    estate.save()
    record_event("setting", f"小区：{estate.unit.name} {estate.name}", by=by)
    alike = Appeal.objects.filter(unit=estate.unit_id, estate=None, is_sealed=False, spot__in=estate.names)
    return alike.update(estate=estate, updated_at=timezone.now())


@transaction.atomic
def find_estate(appeal, by, *, estate, **acting):
    """改小区: by whoever handles or dispatches there; `estate` is one of its unit, or False for none."""
    said = f"小区：{estate.name}" if estate else "不在哪个小区"
    step = take_step(appeal, "find_estate", by, note=said, **acting)
    Appeal.objects.filter(pk=appeal.pk).update(estate=estate or None, updated_at=timezone.now())
    return step
