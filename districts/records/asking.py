"""A record from which another is made in one tap: the address of the new one names it, its form keeps it."""

from django import forms

from districts.keeping import persons_kept_from
from districts.nouns import noun_of, nouns


def sources():
    """The nouns from whose records others are made."""
    return [noun for noun in nouns() if noun.gives]


def asked_for(request):
    """The record that the address names by its noun (?appeal=12), where the user may see it; else None."""
    for noun in sources():
        named = request.GET.get(noun.key, "")
        if named.isdecimal() and len(named) < 18:
            return noun.seen(request.user).filter(pk=named).first()
    return None


def add_sources(form, user):
    """On a new record's form: what it comes from, hidden; it is never changed afterwards."""
    for noun in sources() if not form.instance.pk else ():
        form.fields[noun.key] = forms.ModelChoiceField(
            queryset=noun.seen(user), required=False, widget=forms.HiddenInput
        )


def take_source(data):
    """What a form's cleaned data name as what the record comes from, taken out of them; None without any."""
    found = [data.pop(noun.key, None) for noun in sources()]
    return next((record for record in found if record is not None), None)


def prefilled(record):
    """{the field that keeps it: its key}."""
    return {noun_of(type(record)).key: record.pk} if record else {}


def given_by(record):
    """Its Given."""
    return noun_of(type(record)).gives(record)


def is_about_somebody(record):
    """Is a record, or None, kept from anybody, and so whatever is made from it?"""
    return record is not None and bool(persons_kept_from(record))
