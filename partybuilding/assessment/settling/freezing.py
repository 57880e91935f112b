"""定: a street's sheets of a period become final, with their items, the records behind them and a seal; 更正 adds new ones."""

from collections import defaultdict
from dataclasses import asdict, replace

from django.utils import timezone

from districts.locking import advisory_lock
from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import (
    FrozenRecord,
    Node,
    SchemeItem,
    SchemeVersion,
    ScoreSheet,
    Settlement,
    TreeRow,
)
from partybuilding.assessment.scoring.adjusted import adjusted
from partybuilding.assessment.scoring.explaining import items_of_sheets
from partybuilding.assessment.scoring.items import Item, ranks, tie_key, total
from partybuilding.assessment.settling.sealing import grounds_of, last_sealed, seal_of, seal_of_settlement

SEAL_LOCK = 1_024_110_115

AT_ONCE = 5000


def freeze(settlement, at):
    """Make the sheets of a checked settlement final, as of a moment; returns them."""
    sheets = list(_sheets(settlement))
    items = items_of_sheets(sheets)
    for sheet in sheets:
        sheet.items = [asdict(item) for item in items[sheet.pk]]
    _seal(settlement, sheets, 1, at)
    for sheet in sheets:
        sheet.save()
    return sheets


def correct(settlement):
    """After the counts were made anew: new sheets beside the old for every unit whose score, items or rank differ.

    Returns [(old sheet, new sheet)].
    """
    number = settlement.runs + 1
    old = list(_sheets(settlement))
    counts = {}
    for node in Node.objects.filter(period=settlement.period_id, unit__in=[s.unit_id for s in old]):
        counts.setdefault(node.unit_id, {})[node.indicator] = (node.part, node.whole)
    pairs = changed(settlement, counts, number)
    ScoreSheet.objects.filter(pk__in=[old.pk for old, _ in pairs]).update(is_current=False)
    _seal(settlement, [new for _, new in pairs], number, timezone.now())
    ScoreSheet.objects.bulk_create(new for _, new in pairs)
    return pairs


def _says(sheet):
    return sheet.score, sheet.weight, sheet.rank, sheet.items, sheet.bonus, sheet.is_eligible


def _sheets(settlement):
    rows = ScoreSheet.objects.filter(settlement=settlement).current().order_by("unit__lft")
    return rows.select_related("settlement__period", "settlement__version", "unit")


def changed(settlement, counts, number=0):
    """[(final sheet, what it would be)] by other counts, {unit: {indicator: (part, whole)}}, and the adjustments of today; of those that differ."""
    return [(old, new) for old, new in _recounted(settlement, counts, number) if _says(old) != _says(new)]


def _recounted(settlement, counts, number):
    old = list(_sheets(settlement))
    found, pairs, rows = adjusted(settlement.period_id, [s.unit_id for s in old]), [], []
    for sheet in old:
        mine, now = found[sheet.unit_id], counts.get(sheet.unit_id, {})
        items = [_anew(Item(**frozen), now, mine) for frozen in sheet.items]
        bonus = min(mine.bonus, settlement.version.bonus_cap)
        score, weight = total(items, bonus)
        tie = tie_key(items)
        rows.append((sheet.pk, (sheet.group, sheet.peer), score, weight, tie))
        new = ScoreSheet(
            period_id=sheet.period_id,
            settlement=settlement,
            unit_id=sheet.unit_id,
            group=sheet.group,
            peer=sheet.peer,
            street_id=sheet.street_id,
            score=score,
            weight=weight,
            sample=sum(i.whole for i in items),
            number=number,
            is_current=True,
            items=[asdict(item) for item in items],
            bonus=bonus if score is not None else 0,
            is_eligible=not mine.is_vetoed,
            tie=tie,
        )
        pairs.append((sheet, new))
    if settlement.version.ranking != SchemeVersion.Ranking.OFF:
        places = ranks(rows)
        for sheet, new in pairs:
            new.rank = places.get(sheet.pk)
    return pairs


def _anew(item, counts, mine):
    """An item of the same settings with the counts of now."""
    part, whole = counts.get(item.code, (0, 0))
    return replace(item, part=part, whole=whole, deducted=mine.deducted.get(item.code, 0))


def _seal(settlement, sheets, number, at):
    """Freeze the records of a run, then seal its sheets one after another."""
    _freeze_records(settlement, number)
    grounds = grounds_of(settlement, number)
    with advisory_lock(SEAL_LOCK):
        serial, seal = last_sealed(settlement.street_id)
        for serial, sheet in enumerate(sheets, serial + 1):  # noqa: B020 - goes on from the last serial
            sheet.is_final, sheet.frozen_at, sheet.serial, sheet.grounds = True, at, serial, grounds
            seal = sheet.seal = seal_of(sheet, seal)
    Settlement.objects.filter(pk=settlement.pk).update(runs=number)
    settlement.runs = number


def seal_settlement(settlement):
    """The last act of 定 and of 更正."""
    Settlement.objects.filter(pk=settlement.pk).update(seal=seal_of_settlement(settlement))


def _freeze_records(settlement, number):
    rows = [
        FrozenRecord(
            settlement=settlement, number=number, unit_id=unit, indicator=code, record=record, worth=worth, size=size
        )
        for code, unit, record, worth, size in counted_now(settlement)
    ]
    FrozenRecord.objects.bulk_create(rows, batch_size=AT_ONCE)


def frozen_of(settlement):
    """{(indicator, record): (unit, worth, size)} of the newest run of a final settlement."""
    rows = FrozenRecord.objects.filter(settlement=settlement, number=settlement.runs)
    return {(r.indicator, r.record): (r.unit_id, r.worth, r.size) for r in rows}


def spread(settlement, records):
    """{unit: {indicator: [part, whole]}} of such records, including everything below, by the period's own tree."""
    own = defaultdict(lambda: [0, 0])
    for (code, _), (unit, worth, size) in records.items():
        own[unit, code][0] += worth
        own[unit, code][1] += size
    above = defaultdict(list)
    for row in TreeRow.objects.filter(period=settlement.period_id, descendant__tree_id=settlement.street.tree_id):
        above[row.descendant_id].append(row.ancestor_id)
    counts = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for (unit, code), (part, whole) in own.items():
        for ancestor in above[unit]:
            counts[ancestor][code][0] += part
            counts[ancestor][code][1] += whole
    return counts


def counted_now(settlement):
    """(indicator, unit, record, worth in hundredths, size) of every record of the street that the period counts today."""
    period, tree = settlement.period, settlement.street.tree_id
    codes = SchemeItem.objects.filter(version=settlement.version_id).values_list("indicator", flat=True)
    for code in sorted(set(codes) & set(INDICATORS)):
        indicator = INDICATORS[code]
        path = indicator.source.unit
        rows = indicator.records(period.starts_on, period.ends_on).filter(**{f"{path}__tree_id": tree})
        rows = rows.annotate(worth_now=indicator.value(period.ends_on), size_now=indicator.size()).order_by()
        for row in rows.values_list(path, "pk", "worth_now", "size_now").iterator():
            yield code, *row
