"""How a cell of the matrix is asked, and what is read from its answer."""

import html
import io
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.expected import ACTORS
from tests.cast import log_in

CELLS = Path(settings.BASE_DIR) / "var" / "access-matrix"
GROUPS = [ACTORS[n::9] for n in range(9)]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def all_urls(patterns=None, space=""):
    """(namespaced name, pattern) of every URL that the resolver knows."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            yield from all_urls(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name or ''}", entry


def client_of(login, world):
    client = Client()
    if login != "anonymous":
        log_in(client, world.street.people[login])
    return client


def ask(client, method, url, htmx):
    """(response, its text); what was asked leaves no trace."""
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"} if htmx else {}
    with transaction.atomic():
        response = getattr(client, method.lower())(url, headers=headers)
        text = text_of(response)
        transaction.set_rollback(True)
    return response, text


def text_of(response):
    if response.headers.get("Content-Type", "").endswith("spreadsheetml.sheet"):
        book = zipfile.ZipFile(io.BytesIO(response.content))
        return html.unescape("".join(book.read(name).decode("utf-8", "replace") for name in book.namelist()))
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def is_as_wanted(response, wanted, htmx):
    if wanted == "login":
        if htmx:
            return response.headers.get("HX-Redirect", "").startswith("/login/")
        return response.status_code == 302 and response.headers["Location"].startswith("/login/")
    return response.status_code in wanted if isinstance(wanted, set) else response.status_code == wanted


def has_its_headers(response):
    """Of a page, fragment, redirect, download or error: what a browser must be told."""
    policy = response.headers.get("Content-Security-Policy", "")  # its directives come in any order
    told = ("default-src 'self'" in policy or "default-src 'none'" in policy) and "unsafe" not in policy
    kept_private = "no-store" in response.headers.get("Cache-Control", "")
    kept_apart = "HX-Request" in response.headers.get("Vary", "")  # a part is never taken for the whole
    return (
        told
        and kept_private
        and kept_apart
        and all(response.headers.get(name) == value for name, value in HEADERS.items())
    )


def keep_cells(name, cells):
    """What was asked and answered, one line each, for whoever wants to look it up."""
    CELLS.mkdir(parents=True, exist_ok=True)
    (CELLS / f"{name}.tsv").write_text("\n".join("\t".join(map(str, cell)) for cell in cells))
