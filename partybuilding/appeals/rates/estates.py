"""三率 of the 小区 of one community, by the very counts of the community itself; what no place was found for stands last."""

from collections import Counter

from districts.estates.models import Estate
from partybuilding.appeals.models import Appeal
from partybuilding.appeals.rates.counting import COUNTS, Rates, rule_on, units_below


def rates_by_estate(unit, since, until):
    """[(estate, the rest of the query of its list, Rates, Rates without what was excluded)] of a unit and what lies below.

    The last, where there are any, are those for which no place was found: of None.
    """
    below = units_below(unit, until)
    rows = Appeal.objects.kept_from_nobody().called_between(since, until).filter(unit__in=below)
    raw, kept = {}, {}
    for row in rows.order_by().values("estate", "is_excluded").annotate(**COUNTS):
        estate, is_excluded = row.pop("estate"), row.pop("is_excluded")
        raw.setdefault(estate, Counter()).update(row)
        if not is_excluded:
            kept[estate] = Counter(row)
    rule = rule_on(unit.get_root(), until)
    estates = [e for e in Estate.objects.filter(unit__in=below) if e.pk in raw or e.existed_within(since, until)]
    found = [*estates, *([None] if None in raw else [])]
    keys = [estate and estate.pk for estate in found]
    return [
        (estate, f"&estate={key or 'null'}", *(Rates(counted.get(key, Counter()), rule) for counted in (raw, kept)))
        for estate, key in zip(found, keys, strict=True)
    ]
