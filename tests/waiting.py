"""Somebody else who holds the database, and connections that wait for them as a page does, only shorter."""

import sqlite3
from contextlib import closing, contextmanager
from threading import Thread

import psycopg2
from django.db import connection, transaction

from districts.locking import TRAIL_LOCK
from yuqiao_portal.safeguards.waits import JOBS, Waits, wait_as

BLOCKED = "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
SHORT = Waits(lock=1, statement=2, idle_in_transaction=1, writer=1)


def another_connection(**changed):
    """A connection of its own to the database under test, outside Django."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return sqlite3.connect(known["NAME"], isolation_level=None, check_same_thread=False)
    facts = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "dbname": known["NAME"]}
    return psycopg2.connect(**facts | changed)


@contextmanager
def writers_held_up():
    """Nobody writes an event: PostgreSQL's trail lock, or SQLite's one writer, is another's."""
    other = another_connection()
    cursor = other.cursor()
    if connection.vendor == "sqlite":
        cursor.execute("BEGIN IMMEDIATE")
    else:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TRAIL_LOCK])
    try:
        yield
    finally:
        other.rollback()
        other.close()


def rows_of_logs_held():
    if connection.vendor == "sqlite":
        return writers_held_up()
    other = another_connection()
    other.cursor().execute("LOCK TABLE partybuilding_worklog IN EXCLUSIVE MODE")
    return closing(other)


def while_it_waits(act, hold):
    """Do `hold()`, and before it is settled let another connection come to wait for it with `act()`; returns what that gave.

    Fails where `act()` comes to its end without waiting.
    """
    given = []

    def meanwhile():
        given.append(act())
        connection.close()

    other = Thread(target=meanwhile)
    with transaction.atomic():
        hold()
        other.start()
        with connection.cursor() as cursor:
            cursor.execute(BLOCKED)
            while not cursor.fetchone():
                assert other.is_alive(), "it did not wait"
                cursor.execute("SELECT pg_sleep(0.05)")
                cursor.execute(BLOCKED)
    other.join()
    return given[0]


@contextmanager
def waiting_as(waits):
    """This thread's connection waits so long."""
    wait_as(connection, waits)
    try:
        yield
    finally:
        wait_as(connection, JOBS)
