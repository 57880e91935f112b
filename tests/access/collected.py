"""What the files in `slices` declare, put together."""

from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules

from tests.access import slices
from tests.access.marks import mark

SLICES = {found.name: import_module(f"{slices.__name__}.{found.name}") for found in iter_modules(slices.__path__)}


def declared(name):
    """The tables of that name of all slices as one; nothing may be declared twice."""
    table = {}
    for module in SLICES.values():
        own = getattr(module, name, {})
        if own.keys() & table.keys():
            raise ValueError(f"{module.__name__} declares again: {sorted(own.keys() & table.keys())}")
        table |= own
    return table


def in_order():
    """The slices, each after those whose seeds its own needs."""
    needs = {name: getattr(module, "AFTER", ()) for name, module in SLICES.items()}
    return [SLICES[name] for name in TopologicalSorter(needs).static_order()]


PORTAL = declared("URLS")
MARKS = declared("MARKS")
GATE = declared("GATE")


def visible_marks(login, world):
    """The marks that a person may meet, on whatever page."""
    return {
        mark(record)
        for name, rows in MARKS.items()
        if rows.letter
        for record in getattr(world, name)
        if rows.sees(login, record, world)
    }
