"""The floor of a page: a view behind the portal's own middleware that only runs the page's SELECTs and writes their rows into a table."""

import re

from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from tests.bench.measuring import ratios
from yuqiao_portal import urls as portal

statements = []


def view(request):
    lines = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, [])
            lines += ("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in cursor.fetchall())
    return HttpResponse("<!doctype html><table>" + "".join(lines) + "</table>")


urlpatterns = [path("bare/", view), *portal.urlpatterns]  # the frame knows the portal's own by name


def against_a_bare_view(name, client, address):
    """Print how much longer, and how much more of the CPU, a page takes than the bare view with its SQL."""

    def floor():
        with override_settings(ROOT_URLCONF=__name__):
            assert client.get("/bare/").status_code == 200

    statements.clear()
    page, frame = _selects_of(lambda: client.get(address)), _selects_of(floor)
    # Session, user and posts are read by the middleware in both.
    statements[:] = [statement.replace("%", "%%") for statement in page[len(frame) :]]
    ratios(f"{name}: page / a bare view, {len(page)} queries", floor, lambda: client.get(address))


def _selects_of(work):
    work()
    with CaptureQueriesContext(connection) as said:
        work()
    read = [re.sub("^DECLARE .*? FOR ", "", query["sql"]) for query in said.captured_queries]
    return [sql for sql in read if sql.startswith("SELECT")]
