"""Working days of China: the library's weekends, holidays and make-up days, and on top of them the street's own rows.

The day of receipt is day 0.
"""

from datetime import timedelta
from functools import cache

import holidays

from districts.calendar.models import CalendarDay

LONGEST_BREAK = 15  # days in a row that are off, with room


@cache
def _china(year):
    return holidays.country_holidays("CN", years=year)


class WorkingDays:
    """The working days from `first` on; the street's own rows are read once."""

    def __init__(self, first):
        self.own = dict(CalendarDay.objects.filter(day__gte=first).values_list("day", "is_working"))

    def __contains__(self, day):
        return self.own.get(day, _china(day.year).is_working_day(day))

    def between(self, first, last):
        """How many lie after `first` up to and including `last`; 0 when `last` is not later."""
        return sum(first + timedelta(days=n) in self for n in range(1, (last - first).days + 1))


def is_working_day(day):
    return day in WorkingDays(day)


def add_working_days(day, count):
    """The day that lies `count` working days after `day`."""
    days = WorkingDays(day)
    while count > 0:
        day += timedelta(days=1)
        count -= day in days
    return day


def working_days_between(first, last):
    """Working days after `first` up to and including `last`; 0 when `last` is not later."""
    return WorkingDays(first).between(first, last)


def working_days_back(day, count):
    """The last day after which, up to and including `day`, lie `count` working days."""
    days = WorkingDays(day - timedelta(days=count * LONGEST_BREAK))
    while count > 0:
        count -= day in days
        day -= timedelta(days=1)
    return day


def amber_from(issued_on, due_on):
    """The first day on which no more than a third of the working time is left."""
    days = WorkingDays(issued_on)
    total = days.between(issued_on, due_on)
    day, left = due_on, 0
    while day > issued_on and (left + (day in days)) * 3 <= total:
        left += day in days
        day -= timedelta(days=1)
    return day


def is_published(year):
    """Are the make-up days of a year known, from the library or from the street's own rows?"""
    known = any(day.year == year for day in _china(year).weekend_workdays)
    return known or CalendarDay.objects.filter(day__year=year, is_working=True).exists()


def calendar_warning(day):
    """A sentence for a day in a year whose make-up days are not published yet; empty otherwise."""
    if is_published(day.year):
        return ""
    return f"{day.year} 年的放假和调休安排还没有公布（或还没有录入），期限先按周末和法定节日推算，公布后请核对。"
