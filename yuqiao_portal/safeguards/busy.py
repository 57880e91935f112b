"""Which errors say that the database could not be waited for any longer, or not be reached."""

import sqlite3

import psycopg2

_SQLITE_WAITED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

_PRIMARY = 0xFF  # of an extended code, as of a snapshot that is out of date


def says_busy(error):
    match error:
        case sqlite3.OperationalError():
            return (getattr(error, "sqlite_errorcode", 0) & _PRIMARY) in _SQLITE_WAITED
        case psycopg2.OperationalError() | psycopg2.InterfaceError():  # a time-out, a deadlock, no connection left:
            return True  # never the fault of the statement
    return False
