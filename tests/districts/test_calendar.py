from datetime import date

import pytest

from districts.calendar.models import CalendarDay
from districts.calendar.workdays import (
    add_working_days,
    amber_from,
    is_working_day,
    working_days_back,
    working_days_between,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 6), True),  # Wednesday
        (date(2026, 5, 5), False),  # Labour day holiday
        (date(2026, 5, 9), True),  # a Saturday that is made up
        (date(2026, 5, 10), False),  # Sunday
        (date(2026, 10, 10), True),  # a Saturday that is made up
    ],
)
def test_holidays_and_made_up_days(day, works):
    assert is_working_day(day) is works


def test_the_day_of_receipt_is_day_zero():
    assert add_working_days(date(2026, 4, 30), 1) == date(2026, 5, 6)
    assert working_days_between(date(2026, 4, 30), date(2026, 5, 6)) == 1
    assert working_days_between(date(2026, 5, 6), date(2026, 4, 30)) == 0


def test_back_by_working_days_over_holidays_and_the_streets_own_days():
    assert working_days_back(date(2026, 5, 6), 1) == date(2026, 5, 5)
    assert working_days_back(date(2026, 5, 6), 2) == date(2026, 4, 29)  # the holiday lies between
    assert working_days_back(date(2026, 6, 11), 3) == date(2026, 6, 8)
    CalendarDay.objects.create(day=date(2026, 6, 10), is_working=False)
    assert working_days_back(date(2026, 6, 11), 3) == date(2026, 6, 7)


def test_amber_begins_when_no_more_than_a_third_is_left():
    assert amber_from(date(2026, 6, 1), date(2026, 6, 10)) == date(2026, 6, 8)  # 7 working days: 2 left on the 8th
    assert amber_from(date(2026, 6, 1), date(2026, 6, 1)) == date(2026, 6, 1)
    assert amber_from(date(2026, 5, 6), date(2026, 5, 22)) == date(2026, 5, 18)


def test_a_year_not_yet_published_is_reckoned_not_refused():
    assert is_working_day(date(2031, 6, 4)) is True


def days(*said):
    return [date.fromisoformat(day) for day in said]


def test_the_calendar_of_2026_as_it_was_published():
    work = days("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
    free = days("2026-01-02", "2026-02-16", "2026-02-23", "2026-04-06")
    free += days("2026-05-05", "2026-06-19", "2026-09-25", "2026-10-07")
    assert [is_working_day(day) for day in (*work, *free)] == [True] * len(work) + [False] * len(free)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-09-24", 2, "2026-09-29"),
        ("2026-04-30", 2, "2026-05-07"),
    ],
)
def test_working_days_over_the_holidays_of_2026(day, count, then):
    assert add_working_days(*days(day), count) == date.fromisoformat(then)
