"""How much a rank means: how often it survives small changes of the weights, and of one record more or less."""

import random
from dataclasses import dataclass, replace

from partybuilding.assessment.models import FULL_WEIGHT
from partybuilding.assessment.scoring.items import ranks, tie_key

DRAWS = 200

WEIGHTS = 10  # percent up or down


@dataclass(frozen=True)
class Firmness:
    """Of a ranked unit: in how many percent of the draws its rank stayed, and between which ranks it mostly lay."""

    kept: int
    best: int
    worst: int


def firmness(sheets, items, seed):
    """{sheet id: Firmness} of the ranked sheets of one street's period; the same seed gives the same answer."""
    rng, found = random.Random(seed), {s.pk: [] for s in sheets if s.rank}
    shaken = {s.pk: [_shares(i) for i in items[s.pk] if i.is_counted] for s in sheets}
    ties = {s.pk: tie_key(items[s.pk]) for s in sheets}
    codes = sorted({i.code for some in items.values() for i in some})
    for _ in range(DRAWS):
        factors = {code: 100 + rng.randint(-WEIGHTS, WEIGHTS) for code in codes}
        rows = [(s.pk, (s.group, s.peer), *_score(shaken[s.pk], factors, s.bonus, rng), ties[s.pk]) for s in sheets]
        for pk, rank in ranks(rows).items():
            if pk in found:
                found[pk].append(rank)
    return {s.pk: _said(s.rank, found[s.pk]) for s in sheets if found.get(s.pk)}


def _shares(item):
    """(code, weight, deducted, what is earned of a full weight with one record less, with all, with one more)."""
    parts = [min(max(item.part + 100 * n, 0), 100 * item.whole) for n in (-1, 0, 1)]
    earned = [replace(item, weight=FULL_WEIGHT, part=part).earned for part in parts]
    return item.code, item.weight, item.deducted, earned


def _score(shares, factors, bonus, rng):
    """(score, weight) of one draw; (None, 0) where nothing is counted."""
    weight = points = 0
    for code, full, deducted, earned in shares:
        mine = full * factors[code] // 100
        weight += mine
        points += max(mine * earned[int(3 * rng.random())] // FULL_WEIGHT - deducted, 0)
    return (points * FULL_WEIGHT // weight + bonus, weight) if weight else (None, 0)


def _said(rank, places):
    places, margin = sorted(places), len(places) // 20
    kept = 100 * sum(p == rank for p in places) // len(places)
    return Firmness(kept, places[margin], places[-1 - margin])
