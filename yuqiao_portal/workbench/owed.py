"""待街道答复: what was raised upward and has had no answer yet, as visible as what was handed down."""

from districts.nouns import nouns


def owed_downward(user):
    """Everything in the user's sight that waits for an answer from above, the longest wait first (districts.nouns.Owed)."""
    found = [owed for noun in nouns() if noun.owed for owed in noun.owed(user)]
    return sorted(found, key=lambda owed: owed.since)
