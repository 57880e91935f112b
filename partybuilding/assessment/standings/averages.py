"""Quarters and years: means of what was scored, read from the months' sheets each time, so that a correction shows at once.

A quarter is the mean of its months that have a score, a year the mean of its quarters that have one; half up.
"""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from partybuilding.assessment.models import BANDS, ScoreSheet
from partybuilding.assessment.scoring.items import ranks


@dataclass(frozen=True)
class Span:
    """A quarter, or a year where `quarter` is None."""

    year: int
    quarter: int | None

    def __str__(self):
        return f"{self.year}年" + (f"第{'一二三四'[self.quarter - 1]}季度" if self.quarter else "")

    @property
    def code(self):
        return f"{self.year}" + (f"-Q{self.quarter}" if self.quarter else "")

    @property
    def months(self):
        """Codes of its months: 2026-07, 2026-08, 2026-09."""
        first = 3 * self.quarter - 2 if self.quarter else 1
        return [f"{self.year}-{n:02d}" for n in range(first, first + (3 if self.quarter else 12))]

    @property
    def parts(self):
        """What it is the mean of: the quarters of a year; None for a quarter, whose parts are its months."""
        return None if self.quarter else [Span(self.year, n) for n in range(1, 5)]


def parse_span(code):
    """2026-Q3 or 2026; raises ValidationError."""
    found = re.fullmatch(r"(\d{4})(?:-Q([1-4]))?", code)
    if not found:
        raise ValidationError(f"“{code}”写法不对，应如 2026-Q3 或 2026。")
    return Span(int(found[1]), int(found[2]) if found[2] else None)


def span_of(day, *, year=False):
    return Span(day.year, None if year else (day.month + 2) // 3)


@dataclass
class Mean:
    """One unit over a span: [(label, score or None, its sheet, or the quarter)], the mean, and whether all of it is final."""

    unit: object
    group: str
    peer: str
    parts: list
    score: int | None
    weight: int  # the least that was left in a month with a score
    is_final: bool
    rank: int | None = None

    @property
    def band(self):
        if self.score is None:
            return "不参评"
        return next((word for least, word in BANDS if self.score >= least), BANDS[-1][1])


def means_over(span, sheets):
    """A Mean for each unit that the sheets of the span's months speak of; of months that are over."""
    by_unit = {}
    for sheet in sheets:
        if sheet.settlement.is_over:
            by_unit.setdefault(sheet.unit_id, {})[sheet.period.code] = sheet
    return [_mean(span, mine) for mine in by_unit.values()]


def _mean(span, mine):
    newest = mine[max(mine)]
    if span.parts is None:
        parts = [
            (f"{int(code[5:])}月", mine[code].score if code in mine else None, mine.get(code)) for code in span.months
        ]
    else:
        parts = [(str(q)[5:], mean(mine[c].score for c in q.months if c in mine), q) for q in span.parts]
    is_final = all(code in mine and mine[code].is_final for code in span.months)
    weight = min((sheet.weight for sheet in mine.values() if sheet.score is not None), default=0)
    score = mean(score for _, score, _ in parts)
    return Mean(newest.unit, newest.group, newest.peer, parts, score, weight, is_final)


def mean(scores):
    """Of the scores that are not None, half up; None without any."""
    known = [score for score in scores if score is not None]
    return (2 * sum(known) + len(known)) // (2 * len(known)) if known else None


def sheets_over(span, rows):
    """The current sheets of a span's months among `rows`, with what a Mean needs."""
    rows = rows.current().filter(period__code__in=span.months)
    return rows.select_related("unit", "period", "settlement__period", "settlement__version").order_by("unit__lft")


def ranks_over(span, street):
    """{unit id: rank} in each group of a street; none for a unit that was not ranked in a month, for too little to count."""
    rows = ScoreSheet.objects.filter(street=street)
    found = means_over(span, sheets_over(span, rows))
    return ranks([(m.unit.pk, (m.group, m.peer), m.score, m.weight, 0) for m in found])
