"""Which errors say that a disk is full, and uploads that leave nothing when it is."""

import errno
import sqlite3
from contextlib import suppress

import psycopg2
from django.core.files.uploadhandler import TemporaryFileUploadHandler

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_SQLITE_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}

_POSTGRESQL_NO_ROOM = "53100"


def says_full(error):
    match error:
        case OSError():
            return error.errno in _NO_ROOM
        case sqlite3.OperationalError():
            return getattr(error, "sqlite_errorcode", None) in _SQLITE_NO_ROOM  # an error of the module itself has none
        case psycopg2.Error():
            return error.pgcode == _POSTGRESQL_NO_ROOM
    return False


class LeavesNothing(TemporaryFileUploadHandler):
    """An upload that finds no room on its way in leaves no part of it."""

    def receive_data_chunk(self, raw_data, start):
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            with suppress(OSError):
                self.file.close()
            raise
