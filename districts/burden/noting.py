"""Notes, while a request runs, how much of each form that was found in order its sender filled in. Knows no table."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.forms import FileField

_filled = ContextVar("filled", default=None)


@contextmanager
def noting():
    """Gives the list to which each form adds how many of its fields were filled in."""
    filled = []
    token = _filled.set(filled)
    try:
        yield filled
    finally:
        _filled.reset(token)


def note_filled(form):
    """Of a form that is in order; outside of `noting` nothing is noted."""
    filled = _filled.get()
    if filled is not None:
        filled.append(sum(_is_filled_in(form, bound) for bound in form.visible_fields()))


def _is_filled_in(form, bound):
    """What the portal filled in itself is not asked, and files are counted apart, each of them."""
    if isinstance(bound.field, FileField) or bound.name in form.guessed or bound.name not in form.changed_data:
        return False
    return form.cleaned_data.get(bound.name) not in bound.field.empty_values
