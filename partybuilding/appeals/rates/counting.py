"""三率: response, resolution and satisfaction of appeals, as counts that add up and rates that are divided last."""

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.db.models import Count, Q

from districts.units.models import Unit
from partybuilding.appeals.models import PERCENT, Appeal, AppealRule

VALID = Q(is_valid=True)

ASKED = VALID & Q(is_contacted__isnull=False)  # a ledger alone does not say whether the caller was contacted

CONTACTED = VALID & Q(is_contacted=True)

SOLVED = VALID & Q(outcome=Appeal.Outcome.SOLVED)

SATISFIED = VALID & Q(satisfaction=Appeal.Satisfaction.SATISFIED)

BASICALLY = VALID & Q(satisfaction=Appeal.Satisfaction.BASICALLY)

COUNTS = {
    "received": Count("pk"),
    **{
        name: Count("pk", filter=condition)
        for name, condition in {
            "valid": VALID,
            "asked": ASKED,
            "contacted": CONTACTED,
            "solved": SOLVED,
            "satisfied": SATISFIED,
            "basically": BASICALLY,
        }.items()
    },
}


@dataclass(frozen=True)
class Rates:
    """Counts of appeals and, by a rule, their three rates (fractions, None for nothing to count) and the composite."""

    counts: Counter
    rule: AppealRule

    @property
    def response(self):
        return _share(self.counts["contacted"], self.counts["asked"])

    @property
    def resolution(self):
        return _share(self.counts["solved"], self.counts["valid"])

    @property
    def resolution_percent(self):
        """For a bar."""
        return None if self.resolution is None else float(100 * self.resolution)

    @property
    def satisfaction(self):
        worth = Fraction(self.rule.basically_worth, PERCENT)
        return _share(self.counts["satisfied"] + worth * self.counts["basically"], self.counts["valid"])

    @property
    def composite(self):
        """× 100, one decimal, half up; None while one of the three is missing."""
        rule, rates = self.rule, (self.response, self.resolution, self.satisfaction)
        if None in rates:
            return None
        weights = (rule.response_weight, rule.resolution_weight, rule.satisfaction_weight)
        return one_decimal(sum(weight * rate for weight, rate in zip(weights, rates, strict=True)))


def _share(part, whole):
    return Fraction(part) / whole if whole else None


def one_decimal(number):
    """A Fraction as a Decimal with one decimal, half up."""
    return (Decimal(number.numerator) / number.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)


def rule_on(street, day):
    """The rule in force on a day: the street's own, else the one for all; before any rule, the first."""
    rules = rules_on(day)
    return rules.get(street.pk) or rules[None]


def rules_on(day):
    """{street id, or None for all: the rule in force on a day}; for all there is always one: before any, the first."""
    found = {}
    for rule in AppealRule.objects.order_by("starts_on"):
        if rule.starts_on <= day or (rule.street_id is None and None not in found):
            found[rule.street_id] = rule
    return found


def units_below(unit, on):
    """Ids of a unit and of all that stood below it on a day."""
    parents = dict(Unit.objects.filter(tree_id=unit.tree_id).as_of(on).values_list("pk", "parent_then"))
    below, more = {unit.pk}, {unit.pk}
    while more:
        more = {pk for pk, parent in parents.items() if parent in more}
        below |= more
    return below


def rates_by_unit(rows, street, ends_on):
    """{unit id: Rates} of every unit of a street's tree as it stood on `ends_on`, what lies below included; the street itself too.

    `rows` are the appeals to count.
    """
    return {unit: raw for unit, (raw, _) in raw_and_adjusted(rows, street, ends_on).items()}


def raw_and_adjusted(rows, street, ends_on):
    """The same, as pairs: of all appeals, and without those that were excluded."""
    raw, kept = {}, {}
    for row in rows.order_by().values("unit", "is_excluded").annotate(**COUNTS):
        unit, is_excluded = row.pop("unit"), row.pop("is_excluded")
        raw.setdefault(unit, Counter()).update(row)
        if not is_excluded:
            kept[unit] = Counter(row)
    parents = dict(Unit.objects.filter(tree_id=street.tree_id).as_of(ends_on).values_list("pk", "parent_then"))
    parents |= dict(Unit.objects.filter(pk__in=raw.keys() - parents.keys()).values_list("pk", "parent_id"))
    parents.setdefault(street.pk, None)
    rule = rule_on(street, ends_on)
    totals = [_folded(own, parents) for own in (raw, kept)]
    return {unit: tuple(Rates(total[unit], rule) for total in totals) for unit in parents}


def _folded(own, parents):
    """Each unit's counts with those of all below it."""
    totals = {unit: Counter() for unit in parents}
    for counted, counts in own.items():
        unit = counted
        while unit in totals:
            totals[unit].update(counts)
            unit = parents[unit]
    return totals
