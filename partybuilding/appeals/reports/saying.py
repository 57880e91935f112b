"""Sentences whose figures know their records: a figure is a list of keys, frozen when the sentence is made.

A sentence is [part, pieces]; a piece is a str, [shown, place] of a figure, or [text, query] of the list that
a report from before there were figures names.
"""


class Said:
    """The sentences of a report as they are made, and the records that each figure of theirs counts."""

    def __init__(self):
        self.sentences, self.figures, self.part = [], [], ""

    def count(self, rows):
        """The piece that counts `rows`; nothing counted leads nowhere."""
        return self.figure(list(rows.order_by("pk").values_list("pk", flat=True)))

    def figure(self, keys):
        if not keys:
            return "0"
        self.figures.append(keys)
        return [str(len(keys)), len(self.figures)]

    def say(self, *pieces):
        self.sentences.append([self.part, list(pieces)])


def shown(piece):
    return piece if isinstance(piece, str) else piece[0]


def text_of(pieces):
    return "".join(map(shown, pieces))


def by_part(sentences):
    """[(part, [(number, pieces)])], numbered through."""
    parts = []
    for number, (part, pieces) in enumerate(sentences, 1):
        if not parts or parts[-1][0] != part:
            parts.append((part, []))
        parts[-1][1].append((number, pieces))
    return parts
