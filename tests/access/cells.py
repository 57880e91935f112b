"""Which cells of the matrix are asked: every one under MATRIX=all, else all that can differ, on PostgreSQL a quarter of these.

Nothing that could leak is lost:

- A method that a URL does not have is refused by its name before anything is read, so neither the person nor the record
  can make a difference: `test_only_its_methods` asks it once of each URL and takes no answer but 405.
- What acts on a record, a step or a form that is sent, reads of it only its state, its kind and what the gate gives the person
  over it. Records alike in both, by the declared tables, are one class for that person; of each class one record is
  asked, another one by another person and at another commit. The address of a step, opened, leads to its record
  whatever the verb. `test_gate` compares what the gate gives over every record.
- A page that shows is asked for every record that the person may see, with htmx or without; for the first of a kind both
  ways. What is not there for a person is refused by the gate before its state is read, so of the records alike in what
  the gate gives and in how near their place is to the person's own, one is asked for.
- PostgreSQL answers the gate whole in `test_gate`; of the pages, which read no SQL of their own kind, it asks a quarter
  that the commit decides. MATRIX_SEED repeats one.
"""

import os
from random import Random
from typing import Any, NamedTuple

from django.db import connection

from tests.access.collected import GATE, PORTAL
from tests.access.expected import line_of, posts_of
from tests.access.rules import Step, wanted_status
from tests.access.sampling import asks_all, matrix_seed

PLACES = ("unit", "sheet.unit", "appeal.unit", "order.unit", "log.unit")
DUTIES = ("view", "log", "handle", "issue", "accept", "sign", "assess", "intake", "confirm")


class Cell(NamedTuple):
    name: str
    number: int  # of the record among those of its URL
    args: tuple
    record: Any
    method: str
    wanted: Any  # None: a method that the URL does not have
    htmx: bool


def asked_urls():
    """Rows of the table: all, or those that MATRIX_URLS names (`make mutants` asks one at a time)."""
    named = os.environ.get("MATRIX_URLS", "").split()
    return [(name, PORTAL[name]) for name in named or PORTAL if name in PORTAL]


def cells_of(login, world):
    """What one person asks in this run."""
    return (cell for cell in differing_cells(login, world) if _is_in_this_part(login, cell))


def differing_cells(login, world):
    """Every cell of a person under MATRIX=all, else those that can differ."""
    for name, (targets, rules) in asked_urls():
        records = list(enumerate(targets(world)))
        acts = "POST" in rules and type(records[0][1][1]) in {Step, *GATE}
        for method in ("GET", "POST"):
            if method in rules:
                yield from _of_a_method(login, world, name, records, method, rules[method], acts)
            elif asks_all():
                yield from (_cell(name, records[0], method, None, htmx) for htmx in (False, True))


def _of_a_method(login, world, name, records, method, rule, acts):
    wanted = [wanted_status(login, rule, record, world) for _, (_, record) in records]
    alike = [_alike(login, method, numbered, wanted[numbered[0]], world, acts) for numbered in records]
    for number in range(len(records)) if asks_all() else _one_of_each(alike, f"{login} {name}"):
        for htmx in _ways(number):
            yield _cell(name, records[number], method, wanted[number], htmx)


def _alike(login, method, numbered, wanted, world, acts):
    """What records have in common of which one is asked; of a page that shows each is asked by itself."""
    number, (_, record) = numbered
    if wanted == 404:
        return hidden_class_of(login, method, record, world)
    return class_of(login, method, record, str(wanted), world) if acts else number


def _cell(name, numbered, method, wanted, htmx):
    number, (args, record) = numbered
    return Cell(name, number, args, record, method, wanted, htmx)


def _one_of_each(classes, who):
    """Of every class the number of one record, by the seed."""
    found = {}
    for number, key in enumerate(classes):
        found.setdefault(key, []).append(number)
    return sorted(Random(f"{matrix_seed()} {who} {key}").choice(numbers) for key, numbers in found.items())


def class_of(login, method, record, wanted, world):
    """What an action can depend on: its verb, the state and kind of the record, what the person may do over it, and the declared answer."""
    row, verb = record if isinstance(record, Step) else (record, "")
    given = tuple(duty for duty in DUTIES if GATE[type(row)](login, duty, row, world))
    if isinstance(record, Step) and method == "GET":
        return given, wanted
    return verb, str(getattr(row, "state", "")), str(getattr(row, "kind", "")), given, wanted


def hidden_class_of(login, method, record, world):
    """Of what is not there for a person: what could still make a difference.

    Out of sight, and before a step that is not theirs, neither state nor kind is read.
    """
    row, verb = record if isinstance(record, Step) else (record, "")
    row = row[0] if isinstance(row, tuple) else row
    gate = GATE.get(type(row))
    given = tuple(duty for duty in DUTIES if gate(login, duty, row, world)) if gate else ()
    said = [str(getattr(row, name, "")) for name in ("state", "kind")] if "view" in given and not verb else []
    return type(row).__name__, verb if method == "POST" else "", *said, given, _nearness(login, row)


def _nearness(login, row):
    """How many units the lines of a record's place and of the person's posts share at most; -1 where it has no place."""
    unit = next((found for path in PLACES if (found := _at(row, path))), None)
    line = set(line_of(unit.name)) if unit else set()
    return max((len(line & set(line_of(home))) for _, home in posts_of(login)), default=0) if unit else -1


def _at(row, path):
    for name in path.split("."):
        row = getattr(row, name, None)
    return row


def _ways(number):
    """Both ways for the first record of a kind; of the rest every other one with htmx, every other one without."""
    return (False, True) if number < 1 else (number // 2 % 2 == 0,)


def _is_in_this_part(login, cell):
    if asks_all() or connection.vendor != "postgresql":
        return True
    named = (login, cell.name, cell.number, cell.method, cell.htmx)  # keys of rows differ from run to run
    return Random(f"{matrix_seed()} {named}").randrange(4) == 0


def cells_over(records, model, login, person, duty, world):
    """(login, duty, model, record, whether it is declared, whether the gate gives it, 1 where it leaks) of each record."""
    found = set(model.objects.where_user_may(person, duty).values_list("pk", flat=True))
    for record in records:
        wanted, is_given = GATE[model](login, duty, record, world), record.pk in found
        yield login, duty, model.__name__, record.pk, wanted, is_given, int(is_given and not wanted)
