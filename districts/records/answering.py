"""What every view that takes a step has in common: do it, or refuse in words; and lead whoever only visits its address."""

from functools import wraps
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from districts.duties import Duty
from districts.workflow import NotYours, StepRefused

METHODS = ("GET", "HEAD", "POST")


class Outcome(NamedTuple):
    """Whether a step was taken, what the action returned, and the sentence of its refusal."""

    is_taken: bool
    done: Any = None
    error: str = ""

    @property
    def status(self):
        """Of the page that is shown again: the step was refused, or the form lacks something."""
        return 409 if self.error else 422


def attempt(form, act, at=None):
    """Do what a valid form says, `act(**cleaned_data)`. Http404 for whoever may not; a form of None says the same.

    A ValidationError of the action is shown at the fields that it names, or at the field `at`, where that is given.
    """
    if form is None:
        raise Http404
    if not form.is_valid():
        return Outcome(False)
    try:
        return Outcome(True, act(**form.cleaned_data))
    except NotYours:
        raise Http404 from None
    except StepRefused as refusal:
        return Outcome(False, error=str(refusal))
    except ValidationError as refusal:
        if at is None:
            return Outcome(False, error=sentence(refusal))
        form.show_refused(refusal, at=at)
        return Outcome(False)


def sentence(refusal):
    return "；".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def take_back(request, form, act, said):
    """Take back what was said by mistake, on the page where it is shown, and say so, or say why not."""
    outcome = attempt(form, act)
    if outcome.is_taken:
        messages.success(request, said)
    else:
        messages.error(request, outcome.error or next(iter(form.errors.values()))[0])


def takes_steps(way_back):
    """For a view of POST alone: a visit (a link, the way back of a browser) leads to `way_back(request, *args)`."""

    def decorated(view):
        @wraps(view)
        def answered(request, *args, **kwargs):
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            if request.method == "POST":
                return view(request, *args, **kwargs)
            return redirect(way_back(request, *args, **kwargs))

        return answered

    return decorated


def to_record(model, name, path="pk"):
    """A way back to the page, of that URL name, of a record in sight; `path` leads from it to what the page is about."""

    def way_back(request, pk, **rest):
        rows = model.objects.where_user_may(request.user, Duty.VIEW)
        return reverse(name, args=[get_object_or_404(rows.values_list(path, flat=True), pk=pk)])

    return way_back


def to_page(name):
    """A way back to the one page of that URL name."""
    return lambda request, **rest: reverse(name)
