"""One definition that gives the number and the evidence."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When

WHOLE_RECORD = 100


@dataclass(frozen=True)
class Source:
    """A stream of records: `records(starts_on, ends_on)` is the queryset of a period, `unit` its path to a unit id.

    `every` is the same without a period; `for_list` prepares it for the rows that `template` draws, what does not count
    first; `address(starts_on, ends_on)` is the portal's own list of them.
    """

    name: str
    records: Callable[..., QuerySet]
    unit: str
    template: str
    every: Callable[[], QuerySet]
    address: Callable[..., str]
    for_list: Callable[[QuerySet], QuerySet]


@dataclass(frozen=True)
class Indicator:
    """指标: of the source's records those that count (`whole`) and those of them that count as done (`part`).

    A done record is worth 100 hundredths, or what `worth(day)` says: an expression of hundredths by the rules of a day.
    The rollup compiles the same queryset that the explanation page filters.
    """

    code: str
    label: str
    source: Source
    whole: Q
    part: Q
    rule: str
    worth: Callable | None = None
    is_sum: bool = False  # a record is no single case but carries `part` of `whole`
    lists: tuple = (None, None)  # what narrows the source's list to the part, and to the whole; None: nothing does

    def value(self, day):
        """What one record is worth, in hundredths, as an expression."""
        if self.is_sum:
            return WHOLE_RECORD * F("part")
        worth = Value(WHOLE_RECORD) if self.worth is None else self.worth(day)
        return Case(When(self.whole & self.part, then=worth), default=Value(0), output_field=IntegerField())

    def hundredths(self, day):
        """The aggregate of the records that count: what is done, in hundredths of a record."""
        if self.is_sum:
            return WHOLE_RECORD * Sum("part", default=0)
        if self.worth is None:
            return WHOLE_RECORD * Count("pk", filter=self.whole & self.part)
        return Sum(self.value(day), default=0)

    def count(self):
        """The aggregate of how many cases there are."""
        return Sum("whole", default=0) if self.is_sum else Count("pk", filter=self.whole)

    def size(self):
        """How many cases one record is, as an expression."""
        return F("whole") if self.is_sum else Value(1)

    def records(self, starts_on, ends_on):
        return self.source.records(starts_on, ends_on).filter(self.whole)
