"""Nobody sees or does anything outside their posts: every URL x method x person x place, with and without htmx.

Which cells a run asks, and why the others cannot differ, is said in `cells`.
"""

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, path, reverse

from tests.access.asking import GROUPS, all_urls, ask, client_of, has_its_headers, is_as_wanted, keep_cells, text_of
from tests.access.cells import cells_of, class_of, differing_cells, hidden_class_of
from tests.access.collected import GATE, PORTAL, visible_marks
from tests.access.marks import MARK, mark
from tests.access.offers import refused_offers
from tests.access.rules import Step
from tests.access.sampling import matrix_seed
from tests.access.seed import seed
from tests.access.slices.admin import ADMIN_MODELS, ADMIN_PAGES
from tests.access.slices.orders import sees_share

PHONE = "13812345678"


def undeclared(urls):
    """Names of URLs that no slice declares."""
    missing = []
    for name, entry in urls:
        space, _, bare = name.rpartition(":")
        if space == "admin":
            model, _, _ = bare.rpartition("_")
            known = bare in ADMIN_PAGES or model in ADMIN_MODELS or not bare
        else:
            known = bare in PORTAL or str(entry.pattern) in {"admin/login/", "admin/password_change/"}
        if not known:
            missing.append(name or str(entry.pattern))
    return missing


def test_every_url_is_in_the_declared_table():
    assert undeclared(all_urls()) == []


def test_every_declared_url_exists():
    assert set(PORTAL) - {name for name, _ in all_urls()} == set()


@pytest.mark.django_db
def test_a_url_without_a_rule_is_reported_and_refused_to_the_unknown():
    extra = [path("forgotten/", lambda request: HttpResponse("⟦L1⟧"), name="forgotten")]
    assert undeclared(all_urls(extra)) == ["forgotten"]
    urls = type("urls", (), {"urlpatterns": [*get_resolver().url_patterns, *extra]})
    with override_settings(ROOT_URLCONF=urls):
        response = Client().get("/forgotten/")
    assert (response.status_code, response.headers["Location"]) == (302, "/login/?next=%2Fforgotten%2F")


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["commissioner", "clerk", "auditor"])
def test_what_is_left_out_is_of_a_class_that_is_asked_and_never_a_page_that_shows(login, monkeypatch):
    """A person with steps to take, one who handles for another, and one who does nothing here."""
    world, found = seed(), []
    for mode in ("all", ""):
        monkeypatch.setenv("MATRIX", mode)
        found.append({(c.name, c.number, c.method, c.htmx): c for c in differing_cells(login, world)})
    every, asked = found
    assert asked.keys() < every.keys()
    left = [cell for key, cell in every.items() if key not in asked and cell.wanted is not None]
    there = [c for c in left if c.wanted != 404]
    assert [c.name for c in there if "POST" not in PORTAL[c.name][1]] == []
    assert classes_of(login, left, world) <= classes_of(login, asked.values(), world)


def classes_of(login, cells, world):
    """Of every cell what decides it, by the words of `cells`; of a page that shows its record alone."""
    return {(c.name, c.method, class_of_cell(login, c, world)) for c in cells}


def class_of_cell(login, cell, world):
    if cell.wanted == 404:
        return hidden_class_of(login, cell.method, cell.record, world)
    if type(cell.record) in {Step, *GATE}:
        return class_of(login, cell.method, cell.record, str(cell.wanted), world)
    return cell.number


def test_what_is_hidden_is_asked_from_near_and_from_far():
    """One record in the next community, one under the other centre, one in another street: three classes, none seen."""
    near, same, far, alien = (_Log(name) for name in ("东二社区", "东二社区", "西一社区", "外社区"))
    classes = [hidden_class_of("secretary", "GET", log, None) for log in (near, same, far, alien)]
    assert classes[0] == classes[1]
    assert len(set(classes)) == 3


class _Log:
    def __init__(self, name):
        self.unit = type("Unit", (), {"name": name})()


@pytest.mark.django_db
@pytest.mark.parametrize("logins", GROUPS, ids=",".join)
def test_portal(logins):
    """Each cell is asked in a savepoint that is rolled back, so that one seed serves many people."""
    world = seed()
    wrong = [fault for login in logins for fault in portal_faults(login, world)]
    assert wrong == [], f"MATRIX_SEED={matrix_seed()}"


def portal_faults(login, world):
    client = client_of(login, world)
    cookie = client.cookies.output(header="", sep="; ").strip()
    allowed, wrong, cells, pages = visible_marks(login, world), [], [], {}
    for name, _, args, _, method, wanted, htmx in cells_of(login, world):
        client.cookies.load(cookie)
        address = reverse(name, args=args)
        response, text = ask(client, method, address, htmx)
        leaks = set(MARK.findall(text)) - allowed
        leaks |= {PHONE} if PHONE in text and name != "person_phone" else set()
        fine = response.status_code < 500 if wanted is None else is_as_wanted(response, wanted, htmx)
        cells.append((login, method, name, args, htmx, wanted, response.status_code, len(leaks)))
        if leaks or not fine or not has_its_headers(response):
            wrong.append((*cells[-1][:-1], sorted(leaks)))
        if method == "GET" and response.status_code == 200:
            pages[address] = text
    keep_cells(f"portal-{login}", cells)
    return wrong + [(login, *offer) for offer in refused_offers(login, pages, world)]


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["office", "commissioner", "secretary", "lead_secretary", "lapsed", "double"])
def test_lists_show_all_that_is_allowed_and_nothing_else(login):
    world = seed()
    client = client_of(login, world)
    allowed = visible_marks(login, world)
    logs = {m for m in allowed if m.startswith("⟦L")}
    assert set(MARK.findall(text_of(client.get("/worklogs/")))) == logs
    assert set(MARK.findall(text_of(client.get("/worklogs/export/")))) - allowed == set()
    issued = {mark(r.order) for r in world.shares if sees_share(login, r, world)}
    assert set(MARK.findall(text_of(client.get("/orders/?state=")))) == issued
    exported = {m for m in MARK.findall(text_of(client.get("/orders/export/?state="))) if m.startswith("⟦O")}
    assert exported == issued - {mark(r) for r in world.orders if r.state == "draft"}
