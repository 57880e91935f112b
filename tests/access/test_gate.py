"""The gate itself, without a page: every gated model x duty x person x record, against what the slices declare by hand.

Whole on both databases. A page may narrow what the gate gives and the matrix of URLs asks the pages; nothing that the
gate gives too much is left for a page to hide. Who is not logged in comes to no page that asks the gate.
"""

import pytest
from django.apps import apps

from tests.access.cells import DUTIES
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
    """Of every duty somebody has it over some record of each model that names it: no column of the matrix is empty."""
    world, cells, wrong, given = seed(), 0, [], set()
    people = {login: world.street.people[login] for login in ACTORS if login != "anonymous"}
    for model, has_duty in GATE.items():
        records = list(model._base_manager.all())
        for login, person in people.items():
            for duty in DUTIES:
                wanted = {r.pk for r in records if has_duty(login, duty, r, world)}
                found = set(model.objects.where_user_may(person, duty).values_list("pk", flat=True))
                cells += len(records)
                given |= {(model.__name__, duty)} if found else set()
                wrong += [(login, duty, str(pk), model.__name__, pk in found) for pk in wanted ^ found]
    print(f"{cells} 格，不符 {len(wrong)} 处")
    assert wrong == []
    assert {model for model, _ in given} == {model.__name__ for model in GATE}
    assert {duty for _, duty in given} == set(DUTIES)
