"""Why this score: from a sheet to its items, from an item to the very records that were counted."""

from dataclasses import replace

from django.db.models import Count, IntegerField, OuterRef, Subquery

from districts.access import units_where
from districts.duties import Duty
from districts.units.models import Unit
from partybuilding.assessment.models import FrozenRecord, Node, SchemeItem, TreeRow
from partybuilding.assessment.scoring.adjusted import adjusted
from partybuilding.assessment.scoring.items import Item, items_of_version, total


def items_of(sheet):
    """The items of a sheet in the scheme's order: of a final one as they were frozen."""
    return items_of_sheets([sheet])[sheet.pk]


def items_of_sheets(sheets):
    """{sheet id: its items} of sheets with their settlement and version at hand; two queries."""
    drafts = [s for s in sheets if not s.is_final]
    counts, settings, deducted = {}, {}, {}
    if drafts:
        nodes = Node.objects.filter(period__in={s.period_id for s in drafts}, unit__in={s.unit_id for s in drafts})
        for node in nodes:
            counts.setdefault((node.period_id, node.unit_id), {})[node.indicator] = (node.part, node.whole)
        for setting in SchemeItem.objects.filter(version__in={s.settlement.version_id for s in drafts}):
            settings.setdefault(setting.version_id, []).append(setting)
        for period in {s.period_id for s in drafts}:
            found = adjusted(period, [s.unit_id for s in drafts])
            deducted |= {(period, unit): mine.deducted for unit, mine in found.items()}
    return {
        sheet.pk: [Item(**item) for item in sheet.items]
        if sheet.is_final
        else items_of_version(
            settings.get(sheet.settlement.version_id, []),
            sheet.settlement.version.min_sample,
            counts.get((sheet.period_id, sheet.unit_id), {}),
            deducted.get((sheet.period_id, sheet.unit_id)),
        )
        for sheet in sheets
    }


def grouped(items):
    """[(group, weight, points or None, items)] in the scheme's order."""
    groups = {}
    for item in items:
        groups.setdefault(item.group, []).append(item)
    return [
        (name, sum(i.weight for i in some), sum(i.points for i in some if i.is_counted) if _any(some) else None, some)
        for name, some in groups.items()
    ]


def _any(items):
    return any(i.is_counted for i in items)


def beside_the_past(items, before):
    """[(group, weight, points, [(item, the same item of the period before or None)])]."""
    was = {item.code: item for item in before}
    return [(*head, [(item, was.get(item.code)) for item in some]) for *head, some in grouped(items)]


def gains(sheet, items, most=3):
    """What would move a unit up: [(label, how many more records done, the score then)], the largest gain first."""
    found = []
    for item in items:
        if not item.is_counted or item.points == item.weight:
            continue
        better = [_with(i, _worth_of_target(i)) if i is item else i for i in items]
        score, _ = total(better, sheet.bonus)
        missing = -(-(_worth_of_target(item) - item.part) // 100)
        found.append((item.label, missing, score))
    return sorted(found, key=lambda row: -row[2])[:most]


def _worth_of_target(item):
    """The part, in hundredths of a record, with which an item reaches its target; never more than all."""
    return min(-(-item.target * item.whole // 100), 100 * item.whole)


def _with(item, part):
    return replace(item, part=max(part, item.part))


def records_of(sheet, indicator):
    """The records behind one indicator of a sheet, ungated: those of every unit below it on the period's last day.

    Each with `counts`, what it was worth in hundredths: of a final sheet as it was frozen, with `now` beside it, which
    is None for what no longer belongs to the period.
    """
    below = TreeRow.objects.filter(period=sheet.period, ancestor=sheet.unit_id).values("descendant")
    live = indicator.records(sheet.period.starts_on, sheet.period.ends_on)
    value = indicator.value(sheet.period.ends_on)
    if not sheet.is_final:
        return live.filter(**{f"{indicator.source.unit}__in": below}).annotate(counts=value)
    frozen = frozen_records(sheet, indicator.code).filter(unit__in=below)
    own = frozen.filter(record=OuterRef("pk")).values("worth")[:1]
    same = live.filter(pk=OuterRef("pk")).annotate(worth_now=value).values("worth_now")[:1]
    rows = indicator.source.every().filter(pk__in=frozen.values("record"))
    return rows.annotate(counts=Subquery(own), now=Subquery(same, output_field=IntegerField()))


def frozen_records(sheet, code):
    return FrozenRecord.objects.filter(settlement=sheet.settlement_id, number=sheet.number, indicator=code)


def late_records(sheet, indicator):
    """How many records of the period came to light after a sheet was final."""
    below = TreeRow.objects.filter(period=sheet.period, ancestor=sheet.unit_id).values("descendant")
    live = indicator.records(sheet.period.starts_on, sheet.period.ends_on)
    live = live.filter(**{f"{indicator.source.unit}__in": below})
    return live.exclude(pk__in=frozen_records(sheet, indicator.code).values("record")).count()


def hidden_from(user, sheet, indicator):
    """How many of the records lie out of the user's sight, by the unit above which they lie: [(name, count)].

    Of a final sheet by the unit that they counted for, where that is out of sight today. A record that has itself left
    since is in no number: what was handed to another unit and what is kept from the user look the same.
    """
    records = records_of(sheet, indicator)
    seen = records.model.objects.where_user_may(user, Duty.VIEW).values("pk")
    if sheet.is_final:
        below = TreeRow.objects.filter(period=sheet.period, ancestor=sheet.unit_id).values("descendant")
        frozen = frozen_records(sheet, indicator.code).filter(unit__in=below).exclude(record__in=seen)
        hidden = frozen.exclude(unit__in=units_where(user, Duty.VIEW))
    else:  # what is kept from anybody is not counted, so it is in no number here either
        hidden = records.exclude(pk__in=seen)
    hidden = hidden.order_by().values("unit").annotate(n=Count("pk"))
    counts = {row["unit"]: row["n"] for row in hidden}
    totals = {}
    for unit in Unit.objects.filter(pk__in=counts).select_related("parent"):
        above = unit.parent if unit.kind in {Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE, Unit.Kind.BRANCH} else unit
        totals[above.name] = totals.get(above.name, 0) + counts[unit.pk]
    return sorted(totals.items())
