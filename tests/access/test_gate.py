"""The gate itself, without a page: every gated model x duty x person x record, against what the slices declare by hand.

Whole on both databases. A page may narrow what the gate gives and the matrix of URLs asks the pages; nothing that the
gate gives too much is left for a page to hide. Who is not logged in comes to no page that asks the gate.
"""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from districts import access
from districts.units.models import Unit
from tests.access.asking import keep_cells
from tests.access.cells import DUTIES, cells_over
from tests.access.collected import GATE
from tests.access.expected import ACTORS
from tests.access.seed import seed


def gated_models():
    """Every model whose rows are read by a duty, as Django knows them."""
    return {model for model in apps.get_models() if hasattr(model._default_manager.all(), "where_user_may")}


def test_every_gated_model_has_a_declared_row():
    assert {model.__name__ for model in gated_models() ^ GATE.keys()} == set()
    assert [model.__name__ for model in apps.get_models() if hasattr(model, "unit_paths") and model not in GATE] == []


def test_the_duties_asked_are_all_there_are():
    from districts.duties import Duty

    assert set(DUTIES) == set(Duty.values)


@pytest.mark.django_db
def test_the_gate_gives_what_is_declared_and_nothing_else():
    """Every model and every duty is given to somebody at least: no column of the matrix is empty."""
    world, cells = seed(), []
    people = {login: world.street.people[login] for login in ACTORS if login != "anonymous"}
    for model in GATE:
        records = list(model._base_manager.all())
        for login, person in people.items():
            for duty in DUTIES:
                cells += cells_over(records, model, login, person, duty, world)
    keep_cells("gate", cells)
    assert [cell for cell in cells if cell[4] != cell[5]] == []
    given = [cell for cell in cells if cell[5]]
    assert {cell[2] for cell in given} == {model.__name__ for model in GATE}
    assert {cell[1] for cell in given} == set(DUTIES)


@pytest.mark.django_db
def test_the_gate_gives_nothing_to_whoever_is_not_known():
    """Who is not logged in, and somebody whose account was closed while their post ran on."""
    closed = seed().street.people["office"]
    closed.is_active = False
    for model in GATE:
        for duty in DUTIES:
            for person in (AnonymousUser(), closed):
                assert (model.__name__, duty, person, model.objects.where_user_may(person, duty).count()) == (
                    model.__name__,
                    duty,
                    person,
                    0,
                )


@pytest.mark.django_db
@pytest.mark.parametrize("most", [300, 2])
def test_what_is_looked_up_once_is_what_is_asked_each_time(monkeypatch, django_assert_num_queries, most):
    """Of every person and duty, also of those who reach more units than are written into a query."""
    monkeypatch.setattr(access, "MOST_FOUND", most)
    world, reached = seed(), set()
    for login, person in world.street.people.items():
        asked = [(duty, own) for duty in DUTIES for own in (False, True)]
        sets = {each: set(_units_of(person, *each)) for each in asked}
        person.units_found = {}
        for _ in range(3):
            assert {each: set(_units_of(person, *each)) for each in asked} == sets, login
        with django_assert_num_queries(0):
            access.units_where(person, "view"), access.units_reached(person, "view")
        reached |= {bool(found) for found in sets.values()}
    assert reached == {True, False}


def _units_of(person, duty, own):
    """(of which function, id) of every unit over which, and over or at which, somebody has a duty."""
    for ask in (access.units_where, access.units_reached):
        found = Unit.objects.filter(pk__in=ask(person, duty, own)).values_list("pk", flat=True)
        yield from ((ask.__name__, pk) for pk in found)
