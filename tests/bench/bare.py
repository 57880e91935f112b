"""The floor of a page: a view that only runs the page's own SELECTs and writes their rows into a table."""

from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from tests.bench.measuring import ratios

statements = []


def view(request):
    lines = []
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, [])
            lines += ("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in cursor.fetchall())
    return HttpResponse("<!doctype html><table>" + "".join(lines) + "</table>")


urlpatterns = [path("bare/", view)]


def against_a_bare_view(name, client, address):
    """Print how much longer, and how much more of the CPU, a page takes than the bare view with its SQL."""
    client.get(address)
    with CaptureQueriesContext(connection) as said:
        client.get(address)
    statements[:] = [q["sql"].replace("%", "%%") for q in said.captured_queries if q["sql"].startswith("SELECT")]
    bare = Client()

    def floor():
        with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
            bare.get("/bare/")

    ratios(f"{name}: page / a bare view, {len(said.captured_queries)} queries", floor, lambda: client.get(address))
