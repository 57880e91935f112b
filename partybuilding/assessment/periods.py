from calendar import monthrange
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from districts.units.models import Placement
from partybuilding.assessment.models import Period, SchemeVersion, Settlement


def parse_month(code):
    """First and last day of a month written 2026-10; raises ValidationError."""
    try:
        year, month = (int(x) for x in code.split("-"))
        first = date(year, month, 1)
    except ValueError:
        raise ValidationError(f"周期“{code}”写法不对，应如 2026-10。") from None
    return first, first.replace(day=monthrange(year, month)[1])


def month_code(day):
    return f"{day:%Y-%m}"


def get_period(code):
    """The period of a month, made when first asked for."""
    starts_on, ends_on = parse_month(code)
    fields = {"starts_on": starts_on, "ends_on": ends_on}
    return Period.objects.get_or_create(code=month_code(starts_on), defaults=fields)[0]


def months_to_roll_up(today):
    """The month before and the running one: late acceptances still change the former."""
    return [month_code(today.replace(day=1) - timedelta(days=1)), month_code(today)]


def settlements_of(period):
    """The settlements of the period, one for every street that stood on its last day.

    An open one follows the scheme: it takes the version in force on that day. Raises ValidationError without any.
    """
    streets = Placement.objects.as_of(period.ends_on).filter(parent=None).values_list("unit", flat=True)
    known = {s.street_id: s for s in period.settlements.select_related("street")}
    in_force = versions_on(period.ends_on)
    new, moved = [], []
    for street in streets:
        version = in_force.get(street) or in_force.get(None)
        if version is None:
            raise ValidationError(f"{period.ends_on} 没有生效的考核方案，不能汇总。")
        if street not in known:
            new.append(Settlement(period=period, street_id=street, version=version))
        elif known[street].state == Settlement.State.OPEN and known[street].version_id != version.pk:
            known[street].version = version
            known[street].rolled_up_at = None  # other indicators: everything is counted anew
            moved.append(known[street])
    Settlement.objects.bulk_create(new)
    Settlement.objects.bulk_update(moved, ["version", "rolled_up_at"])
    if new:
        known = {s.street_id: s for s in period.settlements.select_related("street")}
    return list(known.values())


def versions_on(day):
    """{street id: the approved version in force on a day}; None is the key of the default scheme."""
    approved = SchemeVersion.objects.filter(state=SchemeVersion.State.APPROVED, starts_on__lte=day)
    rows = approved.select_related("scheme").order_by("starts_on", "number")
    return {version.scheme.street_id: version for version in rows}
