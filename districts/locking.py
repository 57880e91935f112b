"""One lock for every change of the structure: the tree, names, posts and what is derived from them."""

from contextlib import contextmanager

from django.db import connection, transaction

STRUCTURE_LOCK = 1_024_110_112  # any fixed number; advisory locks are told apart by it


@contextmanager
def structure_lock():
    """Open a transaction in which nobody else changes the structure.

    PostgreSQL waits for an advisory lock; SQLite's IMMEDIATE transactions have one writer already.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STRUCTURE_LOCK])
        yield
