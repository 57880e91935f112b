"""What leads to an origin: every such record is asked for it, emptied with it, and carried over by the migrations."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

from districts.access import GatedQuerySet
from districts.records.origin import Origin, Recusal
from partybuilding.appeals import actions as appeal_actions
from partybuilding.appeals.models import Appeal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order
from tests.cast import build_street, make_appeal, make_log, make_order


def recuse(street, appeal, *logins):
    for login in logins:
        appeal_actions.recuse(appeal, street.people["office"], street.people[login])


# They ask the gate of the very record on which they hang; a report against a cadre asks whom it is about by itself, since
# the one post for which it is not withheld never sees the record.
THROUGH_ANOTHER = {"LogAttachment", "OrderFile", "ExclusionEvidence", "CadreReport"}


def leads_to_origins(model):
    """The paths by which a record leads to an origin: its own, and what the records that it points at ask for."""
    for field in model._meta.concrete_fields:
        if field.related_model is Origin:
            yield field.name
        elif field.is_relation:
            yield from (f"{field.name}__{path}" for path in getattr(field.related_model, "origin_paths", ()))


def test_every_record_that_leads_to_an_origin_is_asked_for_it_by_the_gate():
    found = {
        model.__name__: set(leads_to_origins(model))
        for model in apps.get_models()
        if isinstance(model._default_manager.all(), GatedQuerySet) and model.__name__ not in THROUGH_ANOTHER
    }
    assert {name: paths for name, paths in found.items() if paths} == {
        "Appeal": {"origin"},
        "Exclusion": {"appeal__origin"},
        "Order": {"came_from"},
        "OrderAssignment": {"order__came_from"},
        "WorkLog": {"origin", "came_from", "order__came_from"},
    }
    asked = {m.__name__: set(m.origin_paths) for m in apps.get_models() if hasattr(m, "origin_paths")}
    assert {name: paths for name, paths in found.items() if paths} == asked


# Fields of words that stay when only the number is kept, and why.
STAY = {
    "Appeal": {"number", "kind", "topic", "subtopic", "item", "city_state", "channel", "nature"},  # of the city's lists
    "StepRecord": {"verb", "label", "from_state", "to_state", "paper"},  # of the workflow; the number of a paper
}


def hanging_on(model):
    """The models that hang on a record or were made from it, as the code says that they are emptied."""
    yield model
    for name in model.EMPTIED_WITH:
        further = model._meta.get_field(name).related_model
        if hasattr(further, "EMPTIES"):
            yield from hanging_on(further)


def test_every_field_of_words_is_emptied_or_named_as_staying():
    kept = {}
    for model in {*hanging_on(Appeal), *hanging_on(Order), *hanging_on(WorkLog)}:
        stay = STAY.get(model.__name__, STAY["StepRecord"] if hasattr(model, "taken_at") else set())
        words = {
            f.name
            for f in model._meta.concrete_fields
            if isinstance(f, models.CharField | models.TextField | models.JSONField) and not f.choices
        }
        if left := words - set(model.EMPTIES) - stay:
            kept[model.__name__] = left
        names = {r.get_accessor_name() for r in model._meta.related_objects if r.one_to_many and not r.hidden}
        if left := names - set(model.EMPTIED_WITH) - {"answers", "log_set"}:
            kept[f"{model.__name__} ⇠"] = left
    assert kept == {}


@pytest.mark.django_db(transaction=True)
def test_recusals_and_links_are_carried_over_and_back():
    before = "0024_what_was_said_can_be_taken_back"
    street = build_street()
    appeal, plain = make_appeal(street, number="BJ001"), make_appeal(street, number="BJ002")
    log, order = make_log(street, appeal=appeal), make_order(street, appeal=appeal)
    recuse(street, appeal, "secretary")
    when = Recusal.objects.get().created_at
    old = MigrationExecutor(connection)
    newest = old.loader.graph.leaf_nodes()
    try:
        old.migrate([("partybuilding", before)])
        rows = old.loader.project_state([("partybuilding", before)]).apps
        links = [
            rows.get_model("partybuilding", name).objects.get(pk=r.pk).appeal_id
            for name, r in (("WorkLog", log), ("Order", order))
        ]
        kept = rows.get_model("partybuilding", "Recusal").objects.values_list("appeal", "person", "created_at")
        assert (links, list(kept)) == ([appeal.pk, appeal.pk], [(appeal.pk, street.people["secretary"].pk, when)])
    finally:
        MigrationExecutor(connection).migrate(newest)
    for made in (log, order, appeal, plain):
        made.refresh_from_db()
    assert (log.came_from, order.came_from, plain.origin) == (appeal.origin, appeal.origin, None)
    assert list(appeal.origin.recusals.values_list("person", "created_at")) == [(street.people["secretary"].pk, when)]
