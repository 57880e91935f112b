"""Rows of the city's tables that are no orders to import: totals, notes, instructions, and orders that nobody has called back yet."""

import re
from datetime import datetime, time, timedelta

from django.utils import timezone

from districts.reading.cells import figure, is_nothing, moment_of, text_of
from districts.reading.tables import counts_columns, is_aside
from partybuilding.appeals.importing.headings import CALLBACKS, is_heading

_HAN = re.compile(r"[\u3400-\u9fff]")

_DIGIT = re.compile(r"\d")


def is_no_order(row, *, is_first):
    """Whether a faulty row is a total, a note or the heading again, or, as the first, says what the columns take."""
    if _has_time(row.get("called_at")):
        return False
    number, time_ = text_of(row.get("number")), text_of(row.get("called_at"))
    others = [text_of(cell) for name, cell in row.items() if name != "number"]
    if is_aside([number, *others]) or is_heading(row):
        return True
    explains = time_ and _HAN.search(number) and not _DIGIT.search(time_)
    return is_first and bool(explains or counts_columns(row.values()))


def _has_time(cell):
    if isinstance(cell, datetime):
        return True
    try:
        found = moment_of(text_of(cell))
    except (ValueError, OverflowError):
        return False
    return found is not None and found.year >= 2000


def is_not_called(row, shape):
    """Whether a faulty row of call-backs has an order and a time, and nothing of a call: not called yet is no fault."""
    said = (row.get(name) for name in ("valid", "contacted", "outcome", "satisfaction"))
    nothing = all(not (text := text_of(cell)) or is_nothing(text) for cell in said)
    return shape == CALLBACKS and nothing and bool(figure(row.get("number"))) and _has_time(row.get("called_at"))


def tomorrow():
    """The first moment that no order can be from yet."""
    return timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=1), time()))


def too_late(facts, limit):
    """A sentence for each time that is still to come."""
    for name, label in (("called_at", "创建时间"), ("closed_at", "办结时间")):
        if (moment := facts.get(name)) and moment >= limit:
            yield f"{label}“{moment:%Y-%m-%d}”在今天之后，请核对年份。"
