"""Faults of one kind said once: with their rows and how many they are, instead of six hundred sentences."""

import re

ALONE, NAMED = 3, 5  # so many are said one by one; rows that a sentence for more of them names


def grouped(faults):
    """[(place, row, sentence)] as [(place, rows in words, sentence of the first)], in the order in which they begin."""
    kinds = {}
    for place, row, said in faults:
        kinds.setdefault((place, re.sub(r"“[^”]*”|\d+", "", said)), []).append((row, said))
    found = []
    for (place, _), rows in kinds.items():
        if len(rows) <= ALONE:
            found += [(row, place, str(row or ""), said) for row, said in rows]
        else:
            first = "、".join(str(row) for row, _ in rows[:NAMED])
            words = f"{first}{' 等' if len(rows) > NAMED else '，共'} {len(rows)}"
            found.append((rows[0][0], place, words, rows[0][1] + _as_an_example(rows)))
    order = {place: n for n, place in enumerate(dict.fromkeys(place for place, _, _ in faults))}
    return [row[1:] for row in sorted(found, key=lambda row: (order[row[1]], row[0] or 0))]


def _as_an_example(rows):
    return f"（这是第 {rows[0][0]} 行的，其余同类）" if len({said for _, said in rows}) > 1 else ""
