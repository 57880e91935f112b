"""A full disk is said in words, whoever met it: an attachment, the database, or an upload on its way in."""

import errno
import logging
import sqlite3
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

import psycopg2
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpResponse
from django.template.loader import render_to_string

INSUFFICIENT_STORAGE = 507
CHUNK = 256 * 1024
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SQLITE_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
_POSTGRESQL_NO_ROOM = "53100"
log = logging.getLogger(__name__)


def is_full_disk(error):
    """Did an error come of a full disk, itself or through what it was raised from?"""
    while error is not None:
        if _says_full(error):
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False


def _says_full(error):
    match error:
        case OSError():
            return error.errno in _NO_ROOM
        case sqlite3.OperationalError():
            return getattr(error, "sqlite_errorcode", None) in _SQLITE_NO_ROOM  # an error of the module itself has none
        case psycopg2.Error():
            return error.pgcode == _POSTGRESQL_NO_ROOM
    return False


class SaysSo:
    """Answers for a view that met a full disk; what is met outside of views comes to `errors.server_error`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return full_disk_page(request) if is_full_disk(exception) else None


class LeavesNothing(TemporaryFileUploadHandler):
    """An upload that finds no room on its way in leaves no part of it."""

    def receive_data_chunk(self, raw_data, start):
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            with suppress(OSError):
                self.file.close()
            raise


class SessionsWhereTheyFit(SessionMiddleware):
    """On a full disk a session is not noted, and what was asked for is answered all the same: reading goes on."""

    def process_response(self, request, response):
        try:
            return super().process_response(request, response)
        except Exception as error:
            if not is_full_disk(error):
                raise
            log.exception("the disk is full: a session was not saved")
            return response


def full_disk_page(request):
    """Made without the database. A part of a page gets the sentence alone, at its head; what asks by itself nothing."""
    log.exception("the disk is full: %s %s", request.method, request.path)
    with suppress(OSError):
        for _ in iter(partial(request.read, CHUNK), b""):  # a browser listens only when it has said everything
            pass
    is_part = "HX-Request" in request.headers
    page = render_to_string("_full_disk.html" if is_part else "507.html", {"came_from": _came_from(request)})
    response = HttpResponse("" if "X-Poll" in request.headers else page, status=INSUFFICIENT_STORAGE)
    if is_part:
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#main", "afterbegin"
    return response


def _came_from(request):
    """The page that the form stood on, in this portal only."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return ""
    return page.path + (f"?{page.query}" if page.query else "")
