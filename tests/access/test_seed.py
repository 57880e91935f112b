"""The matrix can only find a leak that its records make possible: every key of every gated model is filled once at least."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from tests.access.seed import seed

# model.field: why no seeded row fills it.
NOT_FILLED = {
    "AppealImport.job": "a batch of the seeds waits for nobody: the job that imports it shows no text",
    "AppealReport.final_by": "a person's name, known in the whole street",
    "Job.asked_by": "a person's name, known in the whole street",
    "Survey.confirmed_by": "a person's name, known in the whole street",
}


def gated_models():
    """Every model whose reads go through the gate."""
    return [model for model in apps.get_models() if hasattr(model, "unit_paths") or _is_gated(model)]


def _is_gated(model):
    return hasattr(model._default_manager.all(), "where_user_may") and model._meta.app_label != "districts"


def empty_keys():
    """model.field of every key of a gated model that no row fills, by the models themselves."""
    return {
        f"{model.__name__}.{field.name}"
        for model in gated_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and not model._base_manager.exclude(**{field.name: None}).exists()
    }


@pytest.mark.django_db
def test_the_seeds_of_the_matrix_fill_every_key_of_every_gated_model():
    seed()
    assert len(gated_models()) >= 18
    assert empty_keys() == NOT_FILLED.keys()


@pytest.mark.django_db
def test_an_order_of_the_seeds_serves_a_goal_and_an_appeal_that_some_of_its_readers_do_not_see():
    from partybuilding.appeals.models import Appeal
    from partybuilding.goals.models import Goal
    from partybuilding.matters.orders.models import Order

    world = seed()
    reader = world.street.people["secretary"]
    seen = Order.objects.where_user_may(reader, "view")
    assert seen.exclude(goal=None).exclude(goal__in=Goal.objects.where_user_may(reader, "view").values("pk")).exists()
    hidden = Appeal.objects.where_user_may(reader, "view").values("pk")
    assert seen.exclude(came_from=None).exclude(came_from__appeal__in=hidden).exists()
