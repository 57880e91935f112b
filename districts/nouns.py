"""What there is in the portal, kind by kind: each slice says in a row of its `nouns.py` how its records are found and named.

`settings.NOUNS` names the rows in the order in which pages show them; they are looked up when a page asks, so that
nothing here imports a slice. Pages that show several slices loop over the rows and know none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.module_loading import import_string

from districts.duties import Duty
from districts.units.leaving import OpenWork
from districts.units.models import Unit


@dataclass(frozen=True)
class Given:
    """What a record already says for another that is made from it: where, how it is called, its title and words."""

    unit: Unit
    called: str
    title: str
    words: str


@dataclass(frozen=True)
class Done:
    """One part of a person's list: `rows(person, reader, since, until)` gives (day, text, where, address), newest first."""

    label: str
    rows: Callable


@dataclass(frozen=True)
class Owed:
    """Something that waits for an answer from above: to whom it is owed, since when, and where it can be answered."""

    unit: Unit
    by: str
    what: str
    title: str
    since: date
    days: int  # working days of waiting
    address: str


@dataclass(frozen=True)
class BriefPart:
    """A heading of 下社区一页纸 with its lines, (text, warning or empty), and what it says without any."""

    heading: str
    lines: list
    nothing: str


@dataclass(frozen=True)
class ToDos:
    """What waits for a person: the rows shown, each with its `rank`; of all there are (words, number, address) a kind, and how many."""

    rows: list
    counts: tuple = ()
    number: int = 0


@dataclass(frozen=True)
class Figures:
    """What is counted in a person's charge, {unit id: the same at it or below}, and in words of which days it is."""

    own: dict
    by_unit: dict
    days: str


@dataclass(frozen=True)
class Trend:
    """A heading, what the drawing says in one sentence, its two keys, and of each week (its Monday, number, number)."""

    heading: str
    caption: str
    first: str
    second: str
    weeks: list


@dataclass(frozen=True)
class Latest:
    """What was done last with a record: when, where, what, and where it is read."""

    at: datetime
    unit: Unit
    what: str
    title: str
    address: str


@dataclass(frozen=True)
class Noun:
    """One kind of record. What a kind does not have is left out, and the page that asks passes over it.

    `address` is the URL name of a record's page, or gives the address of a record that has none, `called(record)` its name in a list, by the `related` ones. What the
    gate admits and `narrowed(rows)` leaves a person may meet; `search(rows, words)` finds among these, and the template
    `found` draws one as `record`. `paths` says in words where a path of the gate leads, for 为何可见. `gives(record)` is
    the Given of a record from which others are made. `notices(user, posts)` gives queries of one shape
    (districts.waiting), of the kinds in `kinds`; the template `notice` draws one. `reminders(today)` gives the Reminders
    of a working day (districts.inbox.reminding). `owed(user)` gives the Owed, longest wait first, `brief(user, units)`
    the BriefParts of a place and what lies below.
    Of the first page: `todos(user, duties)` gives the ToDos, of which the template `todo` draws a `row`; `figures(user,
    units)` gives the Figures, `cards` draws them with what notices only `counted`, `tile` the `numbers` of a `unit`;
    `trend(user)` gives a Trend, `latest(user, most)` the Latest, newest first.
    """

    key: str
    label: str
    icon: str
    model: type[Model]
    address: str | Callable
    called: Callable = str
    related: tuple = ()
    narrowed: Callable | None = None
    search: Callable | None = None
    found: str = ""
    paths: dict = field(default_factory=dict)
    gives: Callable | None = None
    done: tuple[Done, ...] = ()
    kinds: tuple = ()
    notices: Callable | None = None
    notice: str = ""
    owed: Callable | None = None
    reminders: Callable | None = None
    todos: Callable | None = None
    todo: str = ""
    figures: Callable | None = None
    cards: str = ""
    tile: str = ""
    trend: Callable | None = None
    latest: Callable | None = None
    brief: Callable | None = None
    open_work: tuple[OpenWork, ...] = ()

    def seen(self, user):
        rows = self.model.objects.where_user_may(user, Duty.VIEW)
        return self.narrowed(rows) if self.narrowed else rows

    def named(self, user):
        """What a person may meet, with all that its names are made of."""
        return self.seen(user).select_related(*self.related)

    def address_of(self, record):
        return self.address(record) if callable(self.address) else reverse(self.address, args=[record.pk])


def nouns():
    return [import_string(name) for name in settings.NOUNS]


def noun_of(model):
    """The row of a model. Raises LookupError where there is none: it is part of another's."""
    for noun in nouns():
        if noun.model is model:
            return noun
    raise LookupError(model)
