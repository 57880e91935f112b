"""`manage.py check` of what the gated models declare: a path that is missing, empty or astray is named before anybody meets it."""

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist

from districts.duties import Duty
from districts.nouns import nouns


@register
def check_paths(app_configs, **kwargs):
    return [fault for model in apps.get_models() if hasattr(model, "unit_paths") for fault in faults_of(model)]


@register
def check_nouns(app_configs, **kwargs):
    """Every gated model has a noun, or says whose part it is; "" where it belongs to the portal itself."""
    known = {noun.key: noun.model for noun in nouns()}
    gated = [m for m in apps.get_models() if hasattr(m._default_manager.all(), "where_user_may")]
    return [
        _fault(model, "has no noun and is part of none", "E005")
        for model in gated
        if model not in known.values() and getattr(model, "part_of", None) not in {"", *known}
    ]


def faults_of(model):
    """An Error for each thing that a model's `unit_paths` and `assigned_paths` say wrongly or not at all."""
    if not isinstance(getattr(model, "assigned_paths", None), dict):
        yield _fault(model, "assigned_paths is missing", "E001")
        return
    if not (model.unit_paths.get(Duty.VIEW) or model.assigned_paths.get(Duty.VIEW)):
        yield _fault(model, "no path of `view`: nobody would see it", "E002")
    for duty, paths in [*model.unit_paths.items(), *model.assigned_paths.items()]:
        if duty not in Duty.values:
            yield _fault(model, f"{duty} is no duty", "E003")
        for path in paths:
            if _end_of(model, path) is not apps.get_model("districts", "Unit"):
                yield _fault(model, f"{path} does not lead to a unit", "E004")


def _end_of(model, path):
    """The model to which a path of relations leads; None where there is no such path."""
    for name in path.split("__"):
        try:
            model = model._meta.get_field(name).related_model
        except (FieldDoesNotExist, AttributeError):
            return None
    return model


def _fault(model, words, number):
    return Error(f"{model._meta.label}: {words}", obj=model, id=f"districts.{number}")
