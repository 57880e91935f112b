"""The first page, what one owes, search, and why one sees a record."""

from tests.access import expected as e
from tests.access.rules import alone, known


def has_a_post(login, record, world):
    """Administrators go to their own pages."""
    return login in e.HELD or 302


def explained(world):
    """Each record with a page that says why one sees it; the rule of that page goes with it."""
    from tests.access.collected import MARKS  # which collects this file, too

    kinds = [(rows, getattr(world, name)) for name, rows in MARKS.items() if rows.why]
    return [((rows.why, record.pk), (record, rows.sees)) for rows, records in kinds for record in records]


def sees_it(login, explained, world):
    record, sees = explained
    return sees(login, record, world)


URLS = {
    "workbench": (alone, {"GET": has_a_post}),
    "owed": (alone, {"GET": known}),
    "search": (alone, {"GET": known}),
    "why": (explained, {"GET": sees_it}),
}
