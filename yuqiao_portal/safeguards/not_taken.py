"""What was sent and could not be taken is said in words, whoever met it: the disk is full, or the database is waited for in vain."""

import logging
from contextlib import suppress
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.template.loader import render_to_string

from yuqiao_portal.safeguards.busy import says_busy
from yuqiao_portal.safeguards.full_disk import says_full

CHUNK = 256 * 1024

log = logging.getLogger(__name__)


class Reason(NamedTuple):
    """The template of its page is `<status>.html`, that of a part of a page `_<status>.html`."""

    status: int
    words: str  # in the log
    headers: dict


FULL = Reason(507, "the disk is full", {})

BUSY = Reason(503, "the database was waited for in vain", {"Retry-After": "10"})


def reason_of(error):
    """FULL, BUSY or None: what an error came of, itself or through what it was raised from."""
    while error is not None:
        if says_full(error):
            return FULL
        if says_busy(error):
            return BUSY
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return None


class SaysSo:
    """Answers for a view; what is met outside of views comes to `errors.server_error`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        reason = reason_of(exception)
        return page_of(reason, request) if reason else None


class SessionsWherePossible(SessionMiddleware):
    """A session that cannot be saved for such a reason is left, and what was asked for is answered: reading goes on."""

    def process_response(self, request, response):
        try:
            return super().process_response(request, response)
        except Exception as error:
            reason = reason_of(error)
            if not reason:
                raise
            log.exception("%s: a session was not saved", reason.words)
            return response


def page_of(reason, request):
    """Made without the database. A part of a page gets the sentence alone, at its head; what asks by itself nothing."""
    log.exception("%s: %s %s", reason.words, request.method, request.path)
    with suppress(OSError):
        for _ in iter(partial(request.read, CHUNK), b""):  # a browser listens only when it has said everything
            pass
    is_part = "HX-Request" in request.headers
    name = f"_{reason.status}.html" if is_part else f"{reason.status}.html"
    page = "" if "X-Poll" in request.headers else render_to_string(name, {"came_from": _came_from(request)})
    response = HttpResponse(page, status=reason.status, headers=reason.headers)
    if is_part:
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#main", "afterbegin"
    return response


def _came_from(request):
    """The page that the form stood on, in this portal only."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return ""
    return page.path + (f"?{page.query}" if page.query else "")
