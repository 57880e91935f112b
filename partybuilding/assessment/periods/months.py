from calendar import monthrange
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.trail.recording import record_event
from districts.units.models import Placement
from partybuilding.assessment.models import MonthEnd, Period, SchemeVersion, Settlement

A_YEAR = timedelta(days=366)


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


def months_before(first, count):
    """The first day of the calendar month that lies this many months before."""
    total = first.year * 12 + first.month - 1 - count
    return date(total // 12, total % 12 + 1, 1)


def dates_of(code):
    """First and last day of an assessment month: it begins after the last day of the one before. Raises ValidationError."""
    first, _ = parse_month(code)
    return _end_of(first - timedelta(days=1)) + timedelta(days=1), _end_of(first)


def month_of(day):
    """The code of the assessment month in which a day lies."""
    return month_code(day if day <= _end_of(day) else day.replace(day=28) + timedelta(days=4))


def _end_of(day):
    """The last day of the assessment month that bears the name of this day's calendar month."""
    rule = MonthEnd.objects.filter(since__lte=month_code(day)).order_by("since").last()
    return day.replace(day=rule.day if rule and rule.day else monthrange(day.year, day.month)[1])


@transaction.atomic
def set_month_end(day, since):
    """From a month on it ends on this day; None: with the calendar month. Returns the dates of that month.

    Raises ValidationError for what is no month or has been counted already.
    """
    code = month_code(parse_month(since)[0])
    made = Period.objects.filter(code__gte=code).order_by("code").first()
    if made:
        raise ValidationError(f"{made.code} 已经汇总过，起止日期不能再改；请从以后的月份起改。")
    MonthEnd.objects.update_or_create(since=code, defaults={"day": day})
    starts_on, ends_on = dates_of(code)
    record_event("setting", f"考核月自 {code} 起：{starts_on} 至 {ends_on}")
    return starts_on, ends_on


def get_period(code):
    """The period of a month, made when first asked for."""
    code = month_code(parse_month(code)[0])
    if made := Period.objects.filter(code=code).first():
        return made
    starts_on, ends_on = dates_of(code)
    return Period.objects.get_or_create(code=code, defaults={"starts_on": starts_on, "ends_on": ends_on})[0]


def first_open_day():
    """The first day of the running assessment month: rules and groups may change from here on, never before."""
    return dates_of(month_of(timezone.localdate()))[0]


def months_to_roll_up(today):
    """The running month, the one before, and of a year's months those that a street has not published yet, the oldest first.

    Late acceptances and call-backs that come weeks later still change them.
    """
    running = month_of(today)
    recent = [month_of(dates_of(running)[0] - timedelta(days=1)), running]
    waiting = Period.objects.filter(settlements__state=Settlement.State.OPEN, ends_on__gte=today - A_YEAR)
    return sorted({*recent, *waiting.exclude(code__gt=running).values_list("code", flat=True)})


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
    Settlement.objects.bulk_create(new, ignore_conflicts=True)  # another region's run may have been first
    Settlement.objects.bulk_update(moved, ["version", "rolled_up_at"])
    if new:
        known = {s.street_id: s for s in period.settlements.select_related("street")}
    return list(known.values())


def versions_on(day):
    """{street id: the approved version in force on a day}; None is the key of the default scheme."""
    approved = SchemeVersion.objects.filter(state=SchemeVersion.State.APPROVED, starts_on__lte=day)
    rows = approved.select_related("scheme").order_by("starts_on", "number")
    return {version.scheme.street_id: version for version in rows}
