"""What the portal asked in the last months: of all that somebody may see, and of each unit."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from districts.burden.counting import COLUMNS
from districts.burden.models import Asked
from districts.duties import Duty
from districts.units.models import Unit

MONTHS = 6


@dataclass(frozen=True)
class Burden:
    """[(first day of a month, its Counter)], newest first, and [(unit, its Counter)] of those asked, in the tree's order."""

    months: list
    units: list


def burden_of(user, months, chosen=None):
    """Of some months, by their first days; the units' numbers are those of the `chosen` month, else of all of them."""
    by_month, by_unit = {month: Counter() for month in months}, {}
    for asked in Asked.objects.where_user_may(user, Duty.VIEW).filter(month__in=months):
        numbers = Counter({column: getattr(asked, column) for column in COLUMNS})
        by_month[asked.month] += numbers
        if chosen in (None, asked.month):
            by_unit[asked.unit_id] = by_unit.get(asked.unit_id, Counter()) + numbers
    seen = Unit.objects.where_user_may(user, Duty.VIEW).filter(pk__in=by_unit).order_by("tree_id", "lft")
    units = [(unit, by_unit[unit.pk]) for unit in seen]
    return Burden(list(by_month.items()), units)


def last_months(today, number=MONTHS):
    """First days, newest first, of the running month and those before it."""
    found = [today.replace(day=1)]
    while len(found) < number:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found
