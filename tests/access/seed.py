"""Records in every place, each text carrying the mark of its record; what leaks shows its mark."""

from types import SimpleNamespace

from tests.access.collected import MARKS, in_order
from tests.cast import build_street
from tests.replaying import replayed


@replayed
def seed():
    """The cast in `.street`, the month in `.month`, and the rows of every slice under the names of its MARKS."""
    world = SimpleNamespace(street=build_street())
    for part in in_order():
        if hasattr(part, "seed"):
            part.seed(world)
    for name, rows in MARKS.items():
        setattr(world, name, rows.all())
    return world
