"""What is approved beside the records, unit by unit."""

from collections import defaultdict
from dataclasses import dataclass, field

from partybuilding.assessment.models import Adjustment

Kind = Adjustment.Kind


@dataclass
class Adjusted:
    """What is approved for one unit: bonus in hundredths of a point before its cap, deductions by indicator, a veto."""

    bonus: int = 0
    deducted: dict = field(default_factory=dict)
    is_vetoed: bool = False


def adjusted(period, units):
    """{unit id: Adjusted} of the approved adjustments of a period."""
    found = defaultdict(Adjusted)
    rows = Adjustment.objects.filter(period=period, unit__in=units, state=Adjustment.State.APPROVED)
    for row in rows:
        mine = found[row.unit_id]
        if row.kind == Kind.BONUS:
            mine.bonus += row.points
        elif row.kind == Kind.DEDUCTION:
            mine.deducted[row.indicator] = mine.deducted.get(row.indicator, 0) + row.points
        else:
            mine.is_vetoed = True
    return found
