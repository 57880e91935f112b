"""Take a protection away from the running process: the code of its function, a decorator's list, a field, a constraint."""

import gc
from types import CodeType, FunctionType

from django import forms
from django.apps import apps
from django.db import connection, models

from tests.mutants.finding import ROOT
from tests.mutants.neutral import tree_without


class NotRemovable(Exception):
    """Nothing in this process answers to the protection; what it says is a fault of the tools."""


def remove(protection):
    """Raises NotRemovable. A constraint is taken away by `drop_constraint`, once there is a database.

    What a collected suite has frozen is not among `gc.get_objects()`, where the living functions are looked for.
    """
    gc.unfreeze()
    ways = {"method": _allow_every_method, "validators": _drop_validators, "constraint": lambda _: 1}
    if not ways.get(protection.kind, _swap_code)(protection):
        raise NotRemovable(protection.id)


def code_without(protection):
    """{(qualified name, first line): code} of the module with the protection neutralised."""
    file = ROOT / protection.path
    tree = tree_without(file.read_text(encoding="utf-8"), protection.id)
    return dict(_codes(compile(tree, str(file), "exec", dont_inherit=True)))


def _codes(code):
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield (inner.co_qualname, inner.co_firstlineno), inner
            yield from _codes(inner)


def _functions(protection):
    """The living functions that hold the protection: its own, and those around it."""
    file = str(ROOT / protection.path)
    for found in gc.get_objects():
        if isinstance(found, FunctionType) and found.__code__.co_filename == file:
            name = found.__code__.co_qualname
            if name == protection.qualname or protection.qualname.startswith(f"{name}.<locals>"):
                yield found


def _swap_code(protection):
    codes, swapped = code_without(protection), 0
    for function in list(_functions(protection)):
        code = codes.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
        if code is not None:
            function.__code__ = code
            swapped += 1
    return swapped


class _Everything(list):
    def __contains__(self, method):
        return True


def _allow_every_method(protection):
    """Django's decorators close over the list of methods and the view."""
    opened = 0
    for wrapper in [f for f in gc.get_objects() if isinstance(f, FunctionType) and hasattr(f, "__wrapped__")]:
        cells = dict(zip(wrapper.__code__.co_freevars, wrapper.__closure__ or (), strict=True))
        view = wrapper.__wrapped__
        is_it = "request_method_list" in cells and view.__code__.co_filename == str(ROOT / protection.path)
        if is_it and view.__qualname__ == protection.qualname:
            cells["request_method_list"].cell_contents = _Everything()
            opened += 1
    return opened


def _drop_validators(protection):
    """Of a model's field, or of a form's: its own, in the class where it is declared and in those below it."""
    module = protection.path.removesuffix(".py").replace("/", ".")
    dropped = 0
    for kind in (*_below(models.Model), *_below(forms.BaseForm)):
        if any((k.__module__, k.__qualname__) == (module, protection.qualname) for k in kind.__mro__):
            for field in _fields(kind, protection.key):
                field.__dict__.pop("validators", None)
                field._validators, field.validators = [], list(field.default_validators)
                dropped += 1
    return dropped


def _below(kind):
    return {found for sub in kind.__subclasses__() for found in ({sub} | _below(sub))}


def _fields(kind, name):
    declared = {f.name: f for f in kind._meta.get_fields()} if issubclass(kind, models.Model) else kind.base_fields
    return [declared[name]] if name in declared else []


def drop_constraint(name):
    """From the models, which check it in forms, and from the database."""
    for model in apps.get_models():
        for constraint in [c for c in model._meta.constraints if c.name == name]:
            with connection.schema_editor() as editor:
                editor.remove_constraint(model, constraint)
            model._meta.constraints.remove(constraint)
