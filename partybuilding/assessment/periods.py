from calendar import monthrange
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from districts.units.queries import in_force
from partybuilding.assessment.models import Period, SchemeVersion


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
    """The period of a month, made when first asked for, with the scheme version of its last day."""
    starts_on, ends_on = parse_month(code)
    known = Period.objects.select_related("version").filter(code=month_code(starts_on)).first()
    if known:
        return known
    version = SchemeVersion.objects.filter(in_force(ends_on)).order_by("-starts_on", "-number").first()
    if version is None:
        raise ValidationError(f"{ends_on} 没有生效的考核方案，不能汇总。")
    fields = {"starts_on": starts_on, "ends_on": ends_on, "version": version}
    return Period.objects.get_or_create(code=month_code(starts_on), defaults=fields)[0]


def months_to_roll_up(today):
    """The month before and the running one: late acceptances still change the former."""
    return [month_code(today.replace(day=1) - timedelta(days=1)), month_code(today)]
