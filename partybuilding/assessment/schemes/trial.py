"""A scheme over a month past: who would move, and by which item. Nothing is stored."""

from dataclasses import dataclass

from partybuilding.assessment.models import Node, ScoreSheet
from partybuilding.assessment.scoring.adjusted import adjusted
from partybuilding.assessment.scoring.explaining import grouped, items_of_sheets
from partybuilding.assessment.scoring.items import items_of_version, ranks, tie_key, total


@dataclass(frozen=True)
class Trial:
    """One unit's sheet as it is and as it would be; `because` is [(group, points then - points now)], the largest first."""

    sheet: ScoreSheet
    score: int | None
    rank: int | None
    because: list

    @property
    def change(self):
        return None if self.score is None or self.sheet.score is None else self.score - self.sheet.score

    @property
    def move(self):
        """Places won; None where one of the ranks is missing."""
        return None if self.rank is None or self.sheet.rank is None else self.sheet.rank - self.rank


def try_scheme(version, sheets):
    """A Trial for each of the sheets, which are all of one period and street; in their order."""
    counts = {}
    for node in Node.objects.filter(period__in={s.period_id for s in sheets}, unit__in=[s.unit_id for s in sheets]):
        counts.setdefault(node.unit_id, {})[node.indicator] = (node.part, node.whole)
    if not sheets:
        return []
    settings, found = list(version.items.all()), adjusted(sheets[0].period_id, [s.unit_id for s in sheets])
    then = {
        s.pk: items_of_version(settings, version.min_sample, counts.get(s.unit_id, {}), found[s.unit_id].deducted)
        for s in sheets
    }
    bonus = {s.pk: min(found[s.unit_id].bonus, version.bonus_cap) for s in sheets}
    now, totals = items_of_sheets(sheets), {pk: total(items, bonus[pk]) for pk, items in then.items()}
    places = ranks([(s.pk, (s.group, s.peer), *totals[s.pk], tie_key(then[s.pk])) for s in sheets])
    return [
        Trial(s, totals[s.pk][0], places.get(s.pk), _because(now[s.pk], then[s.pk], bonus[s.pk] - s.bonus))
        for s in sheets
    ]


def in_short(trials):
    """How many would win or lose places, come into the ranks or leave them, and whose score would change most."""
    moves = [t.move for t in trials if t.move is not None]
    return {
        "up": sum(move > 0 for move in moves),
        "down": sum(move < 0 for move in moves),
        "same": sum(move == 0 for move in moves),
        "entering": sum(t.sheet.rank is None and t.rank is not None for t in trials),
        "leaving": sum(t.sheet.rank is not None and t.rank is None for t in trials),
        "biggest": max((t for t in trials if t.change), key=lambda t: abs(t.change), default=None),
    }


def _because(now, then, bonus):
    """What each group gives of 100 points, and what the cap leaves of a bonus, then less now."""
    before, after = _of_full(now), _of_full(then)
    moved = [(name, after.get(name, 0) - before.get(name, 0)) for name in {**before, **after}]
    moved.append(("加分", bonus))
    return sorted([row for row in moved if row[1]], key=lambda row: -abs(row[1]))


def _of_full(items):
    weight = total(items)[1]
    return {name: points * 10_000 // weight for name, _, points, _ in grouped(items) if points is not None}
