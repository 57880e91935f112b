"""One definition that gives the number and the evidence."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class Source:
    """A stream of records: `records(starts_on, ends_on)` is the queryset of a period, `unit` its path to a unit id."""

    name: str
    records: Callable[..., QuerySet]
    unit: str


@dataclass(frozen=True)
class Indicator:
    """指标: of the source's records those that count (`whole`) and those of them that count as done (`part`).

    The rollup compiles the same queryset that the explanation page filters.
    """

    code: str
    label: str
    source: Source
    whole: Q
    part: Q
    rule: str

    def records(self, starts_on, ends_on):
        return self.source.records(starts_on, ends_on).filter(self.whole)
