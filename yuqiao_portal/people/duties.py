"""履职清单: what a person led, did and visited in a span of days, each by its record. Never a score, never a count to compare."""

from districts.nouns import nouns


def duties_of(person, reader, since, until):
    """[(label, rows)] of a person's list, of what the reader may see (districts.nouns.Done)."""
    return [(part.label, part.rows(person, reader, since, until)) for noun in nouns() for part in noun.done]
