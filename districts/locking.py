"""Locks that are held to the end of a transaction."""

from contextlib import contextmanager

from django.db import connection, transaction

STRUCTURE_LOCK = 1_024_110_112  # any fixed numbers; advisory locks are told apart by them
TRAIL_LOCK = 1_024_110_113
VOICE_LOCK = 1_024_110_114


@contextmanager
def advisory_lock(number):
    """Open a transaction that nobody else with the same number enters.

    PostgreSQL waits for an advisory lock; SQLite's IMMEDIATE transactions have one writer already.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
        yield


def structure_lock():
    """For every change of the structure: the tree, names, posts and what is derived from them."""
    return advisory_lock(STRUCTURE_LOCK)
