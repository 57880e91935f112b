"""Regions of a city: which street is in which, and the jobs that count them side by side."""

from django.core.exceptions import ValidationError
from django.db import transaction

from districts.jobs.running import ask
from districts.privacy.rules import refuse_private
from districts.trail.recording import record_event
from districts.units.models import Unit
from partybuilding.assessment.models import Region, RegionStreet

REST = 0  # the streets in no named region


def regions():
    """The ids of all regions, in order; only REST where none is named."""
    return [REST, *Region.objects.order_by("pk").values_list("pk", flat=True)]


def region_of(street):
    """The id of a street's region."""
    return RegionStreet.objects.filter(street=street).values_list("region", flat=True).first() or REST


def streets_by_region():
    """{street id: region id} of the streets in a named region."""
    return dict(RegionStreet.objects.values_list("street", "region"))


@transaction.atomic
def set_region(name, streets):
    """Make the region hold exactly the streets of these names or codes; they leave any other. Returns how many they are.

    Without streets it goes, and its streets are counted with the rest. Raises ValidationError.
    """
    refuse_private(name)
    roots = {}
    for said in streets:
        found = Unit.objects.active().filter(parent=None)
        street = found.filter(name=said).first() or found.filter(code=said).first()
        if street is None:
            raise ValidationError(f"没有名称或代码为“{said}”的街道，请核对后重试。")
        roots[street.pk] = street
    region, _ = Region.objects.get_or_create(name=name)
    RegionStreet.objects.filter(region=region).delete()
    RegionStreet.objects.filter(street__in=roots).delete()
    RegionStreet.objects.bulk_create(RegionStreet(region=region, street=street) for street in roots.values())
    if not roots:
        region.delete()
    record_event("setting", f"汇总分区“{name}”：{'、'.join(s.name for s in roots.values()) or '撤销'}")
    return len(roots)


def ask_rollups(month, once):
    """A job for every region, to be taken by as many workers as there are; asked twice with one key, still once."""
    named = regions()
    if named == [REST]:
        return [ask("rollup", once_key=f"rollup:{month}:{once}", month=month)]
    return [ask("rollup", once_key=f"rollup:{month}:{once}:{region}", month=month, region=region) for region in named]
