"""How much a rank means: how often it survives small changes of the weights, and of one record more or less."""

import random
from dataclasses import dataclass, replace

from partybuilding.assessment.scoring import ranks, tie_key, total

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
    codes = sorted({i.code for some in items.values() for i in some})
    for _ in range(DRAWS):
        factors = {code: 100 + rng.randint(-WEIGHTS, WEIGHTS) for code in codes}
        rows = []
        for sheet in sheets:
            shaken = [_shaken(i, factors[i.code], rng) for i in items[sheet.pk]]
            score, weight = total(shaken, sheet.bonus)
            rows.append((sheet.pk, (sheet.group, sheet.peer), score, weight, tie_key(shaken)))
        for pk, rank in ranks(rows).items():
            if pk in found:
                found[pk].append(rank)
    return {s.pk: _said(s.rank, found[s.pk]) for s in sheets if found.get(s.pk)}


def _shaken(item, factor, rng):
    part = min(max(item.part + 100 * rng.choice([-1, 0, 1]), 0), 100 * item.whole)
    return replace(item, weight=item.weight * factor // 100, part=part)


def _said(rank, places):
    places, margin = sorted(places), len(places) // 20
    kept = 100 * sum(p == rank for p in places) // len(places)
    return Firmness(kept, places[margin], places[-1 - margin])
