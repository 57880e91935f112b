"""A limit tells before it cuts: every text that is too long is refused as it was typed, by how much, and nothing cuts it."""

import pytest
from django import forms

from districts.records.fields import PrivateByDefault, holds_text
from partybuilding.matters.logs.models import WorkLog
from tests.cast import log_in
from tests.doors import form_classes
from tests.uploads import log_form


def limited(form):
    """(name, field) of a form's texts that have a limit."""
    for name, field in form.base_fields.items():
        if holds_text(field) and getattr(field, "max_length", None):
            yield name, field


def bound(form, name, field, text):
    """A form of one field alone, whatever else it needs."""
    bare = object.__new__(form)
    forms.BaseForm.__init__(bare, {name: text})
    bare.fields = {name: field}
    bare._errors, bare.cleaned_data = forms.utils.ErrorDict(), {}
    bare._clean_fields()
    return bare


def test_every_limit_of_every_form_is_said_and_cut_by_no_browser():
    fields = [(form, name, field) for form in form_classes() for name, field in limited(form)]
    assert len(fields) > 80
    for form, name, field in fields:
        assert issubclass(form, PrivateByDefault)
        sent = bound(form, name, field, "多" * (field.max_length + 1005))
        assert f"，最多 {field.max_length:,} 字，请删去 1,005 字" in "".join(sent.errors[name]), (form, name)
        assert "maxlength" not in str(sent[name]), (form, name)


def test_what_was_pasted_into_a_log_is_refused_and_stays(street, client):
    log_in(client, street.people["secretary"])
    page = client.post("/worklogs/new/", log_form(street, text="查" * 10_000)).content.decode()
    assert "写了 10,000 字，最多 2,000 字，请删去 8,000 字或分成几条。" in page
    assert "查" * 10_000 in page
    assert WorkLog.objects.count() == 0


def test_the_end_of_a_line_is_one_character(street, client):
    """As the writer counts, and not two, as browsers send it."""
    log_in(client, street.people["secretary"])
    client.post("/worklogs/new/", log_form(street, text="一\r\n" * 999 + "末句"))
    assert WorkLog.objects.get().text == "一\n" * 999 + "末句"


@pytest.mark.parametrize(("length", "status"), [(60, 200), (61, 422)])
def test_what_is_searched_for_is_cut_by_nobody(street, client, length, status):
    log_in(client, street.people["secretary"])
    answer = client.get("/search/", {"q": "多" * length})
    assert answer.status_code == status
    assert ("写了 61 字，最多 60 字，请只留几个词。" in answer.content.decode()) is (status == 422)
    assert f'value="{"多" * length}"' in answer.content.decode()
