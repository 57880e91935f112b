"""The marks that seeded records carry in their texts: where a mark turns up, its record is shown."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile

from districts.files.attachments import keep_file

MARK = re.compile(r"⟦[A-Z]\d+⟧")
_letters = {}


@dataclass(frozen=True)
class Rows:
    """The seeded rows of a model, in the world under a name; `letter` begins their marks, `sees` says who may meet one.

    Rows without a letter show no text of their own. `why` is the noun of the page that says why one sees such a row.
    """

    model: Any
    letter: str = ""
    sees: Any = None
    related: tuple = ()
    why: str = ""

    def __post_init__(self):
        if self.letter and _letters.setdefault(self.letter, self.model) is not self.model:
            raise ValueError(f"{self.letter} marks {_letters[self.letter].__name__} already")

    def all(self):
        return list(self.model.objects.select_related(*self.related).order_by("pk"))


def mark(record):
    letter = next(letter for letter, model in _letters.items() if model is type(record))
    return f"⟦{letter}{record.pk}⟧"


def attach(rows, by):
    """A file whose name and content carry their marks."""
    kept = keep_file(rows, "pdf", ContentFile(b"%PDF-1.4 ", name="x.pdf"), name="x.pdf", by=by)
    with open(kept.file.path, "ab") as file:
        file.write(mark(kept).encode())
    type(kept).objects.filter(pk=kept.pk).update(name=f"附件{mark(kept)}.pdf")
