"""Points from counts, in whole numbers: of one sheet in Python, by the very rules that the rollup's SQL applies to all.

The rollup scores thousands of sheets at once; explanations, corrections, trials and checks score few, here. A test
holds the two against each other.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from districts.records.indicator import WHOLE_RECORD
from partybuilding.assessment.catalog import INDICATORS, label_of
from partybuilding.assessment.models.scheme import FULL_WEIGHT, MOST_TIE_BREAKS, SchemeItem

TIE_BASE = 10_002  # a rate in basis points, 0 to 10,000, plus one; 0 where nothing was counted

SETTINGS = ("group", "rule", "weight", "floor", "target", "tie_order")


@dataclass(frozen=True)
class Item:
    """One indicator of one unit: what is done in hundredths of a record, of how many, and what that is worth.

    Weights, points and what is `deducted` are in hundredths of a point, rates in basis points. Fewer than `least` records
    do not count; a deduction stops at zero.
    """

    code: str
    group: str
    rule: str
    weight: int
    floor: int
    target: int
    tie_order: int | None
    least: int
    part: int
    whole: int
    deducted: int = 0

    @property
    def label(self):
        return label_of(self.code)

    @property
    def indicator(self):
        """The definition; None where no slice counts it yet."""
        return INDICATORS.get(self.code)

    @property
    def is_counted(self):
        return self.whole >= max(self.least, 1)

    @property
    def rate(self):
        """In percent."""
        return None if not self.whole else self.part * 100 / (WHOLE_RECORD * self.whole)

    @property
    def done(self):
        """How many records count as done: 12, or 12.9 where some count in part."""
        return in_records(self.part)

    @property
    def points(self):
        """What was earned less what was deducted; None for what is not counted."""
        return None if not self.is_counted else max(self.earned - self.deducted, 0)

    @property
    def earned(self):
        """Weight x clamp((rate - floor) / (target - floor), 0, 1), half up."""
        above, span = self.part * 100 - self.floor * self.whole, (self.target - self.floor) * self.whole
        if above >= span:
            return self.weight
        if above <= 0 or self.rule == SchemeItem.Rule.THRESHOLD:
            return 0
        return (2 * self.weight * above + span) // (2 * span)


def in_records(hundredths):
    """Hundredths of a record as records: 1290 as 12.9."""
    return f"{Decimal(hundredths) / WHOLE_RECORD:f}"


def items_of_version(settings, least, counts, deducted=None):
    """Items of a version's settings, given {code: (part, whole)} and {code: deducted}."""
    deducted = deducted or {}
    return [
        Item(
            s.indicator,
            *(getattr(s, name) for name in SETTINGS),
            least,
            *counts.get(s.indicator, (0, 0)),
            deducted.get(s.indicator, 0),
        )
        for s in settings
    ]


def total(items, bonus=0):
    """(score in hundredths of a point out of 100, weight that was left); the score is None when nothing is counted."""
    counted = [i for i in items if i.is_counted]
    weight = sum(i.weight for i in counted)
    if not weight:
        return None, 0
    return (2 * FULL_WEIGHT * sum(i.points for i in counted) + weight) // (2 * weight) + bonus, weight


def is_ranked(score, weight):
    """Under half of the weight left, a unit is shown and not ranked."""
    return score is not None and 2 * weight >= FULL_WEIGHT


def tie_key(items):
    """What parts equal scores: the rates that the scheme names, the first first."""
    key = 0
    for item in items:
        if item.tie_order is not None and item.is_counted:
            key += (item.part * 100 // item.whole + 1) * TIE_BASE ** (MOST_TIE_BREAKS - item.tie_order)
    return key


def ranks(rows):
    """{key: rank} of [(key, group, score, weight, tie key)]: 1, 2, 2, 4 within a group; no rank for what is not ranked."""
    found = {}
    able = sorted((r for r in rows if is_ranked(r[2], r[3])), key=lambda r: (r[1], -r[2], -r[4]))
    for _, group in groupby(able, key=lambda r: r[1]):
        before = None
        for place, (key, _, score, _, tie) in enumerate(group, 1):
            if (score, tie) != before:
                rank, before = place, (score, tie)
            found[key] = rank
    return found
