"""Taking back what was said by mistake, on the page where it is shown."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404

from districts.workflow import NotYours, StepRefused


def take_back(request, form, act, said):
    """Do it and say so, or say why not. Http404 for whoever may not; a form of None says the same."""
    if form is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return
    try:
        act(**form.cleaned_data)
        messages.success(request, said)
    except NotYours:
        raise Http404 from None
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
