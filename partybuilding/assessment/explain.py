"""Why this score: from a sheet to its items, from an item to the very records that the rollup counted."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, Case, Count, Value, When

from districts.posts.duties import Duty
from districts.records.indicator import WHOLE_RECORD
from districts.units.models import Unit
from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import Node, SchemeItem, TreeRow


@dataclass(frozen=True)
class Item:
    """One indicator on a sheet: what is done in hundredths of a record, of how many; rate and points follow."""

    indicator: object
    setting: SchemeItem
    part: int
    whole: int

    @property
    def rate(self):
        return None if not self.whole else self.part / self.whole

    @property
    def done(self):
        """How many records count as done: 12, or 12.9 where some count in part."""
        return in_records(self.part)

    @property
    def points_hundredths(self):
        """The same whole-number arithmetic as the rollup: clamp, then half up."""
        if not self.whole:
            return None
        span = (self.setting.target - self.setting.floor) * self.whole
        above = min(max(self.part * 100 - self.setting.floor * self.whole, 0), span)
        return (2 * self.setting.weight * 100 * above + span) // (2 * span)

    @property
    def points(self):
        value = self.points_hundredths
        return None if value is None else f"{value // 100}.{value % 100:02d}"


def in_records(hundredths):
    """Hundredths of a record as records: 1290 as 12.9."""
    return f"{Decimal(hundredths) / WHOLE_RECORD:f}"


def items_of(sheet):
    """The items of a sheet in the scheme's order; an item without a record has whole 0."""
    counts = {n.indicator: n for n in Node.objects.filter(period=sheet.period, unit=sheet.unit_id)}
    settings = SchemeItem.objects.filter(version=sheet.period.version).order_by("-weight", "indicator")
    return [
        Item(
            INDICATORS[s.indicator],
            s,
            getattr(counts.get(s.indicator), "part", 0),
            getattr(counts.get(s.indicator), "whole", 0),
        )
        for s in settings
    ]


def records_of(sheet, indicator):
    """The records behind one indicator of a sheet, ungated: those of every unit below it on the period's last day."""
    below = TreeRow.objects.filter(period=sheet.period, ancestor=sheet.unit_id).values("descendant")
    rows = indicator.records(sheet.period.starts_on, sheet.period.ends_on).filter(
        **{f"{indicator.source.unit}__in": below}
    )
    return rows.annotate(
        counts=Case(When(indicator.part, then=Value(True)), default=Value(False), output_field=BooleanField())
    )


def hidden_from(user, records):
    """How many of the records the user may not see, by the unit above which they lie today: [(name, count)]."""
    seen = records.model.objects.where_user_may(user, Duty.VIEW).values("pk")
    hidden = records.exclude(pk__in=seen).order_by().values("unit").annotate(n=Count("pk"))
    counts = {row["unit"]: row["n"] for row in hidden}
    totals = {}
    for unit in Unit.objects.filter(pk__in=counts).select_related("parent"):
        above = unit.parent if unit.kind in {Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE, Unit.Kind.BRANCH} else unit
        totals[above.name] = totals.get(above.name, 0) + counts[unit.pk]
    return sorted(totals.items())
