"""An appeal from which a log is written or an order drawn up in one tap."""

from django import forms

from districts.duties import Duty
from districts.keeping import persons_kept_from
from partybuilding.appeals.models import Appeal


def appeal_asked_for(request):
    """The appeal named in the address, where the user may see it."""
    named = request.GET.get("appeal", "")
    if not (named.isdecimal() and len(named) < 18):
        return None
    return Appeal.objects.where_user_may(request.user, Duty.VIEW).not_withheld().filter(pk=named).first()


def from_appeal(form, user):
    """On a new record's form: the appeal that it comes from, hidden; it is never changed afterwards."""
    if not form.instance.pk:
        seen = Appeal.objects.where_user_may(user, Duty.VIEW).not_withheld()
        form.fields["appeal"] = forms.ModelChoiceField(queryset=seen, required=False, widget=forms.HiddenInput)


def is_about_somebody(appeal):
    """Is an appeal, or None, kept from anybody, and so whatever is made from it?"""
    return appeal is not None and bool(persons_kept_from(appeal))
