"""Working days of China: weekends and holidays off, make-up working days on. The day of receipt is day 0."""

from datetime import timedelta
from functools import cache

import holidays


@cache
def _china(year):
    return holidays.country_holidays("CN", years=year)


def is_working_day(day):
    """A year whose make-up days are not published yet is reckoned by weekends and the known holidays."""
    return _china(day.year).is_working_day(day)


def add_working_days(day, count):
    """The day that lies `count` working days after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first, last):
    """Working days after `first` up to and including `last`; 0 when `last` is not later."""
    span = (last - first).days
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, span + 1))


def amber_from(issued_on, due_on):
    """The first day on which no more than a third of the working time is left."""
    total = working_days_between(issued_on, due_on)
    day, left = due_on, 0
    while day > issued_on and (left + is_working_day(day)) * 3 <= total:
        left += is_working_day(day)
        day -= timedelta(days=1)
    return day
