"""The fields that every slice's forms are made of: one look, one way to ask, one limit."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from districts.files.evidence import EvidenceField
from districts.records.fields import DayField, NoteField, PortalBoundField, PortalForm, PrivateByDefault, YesNoField
from tests.doors import form_classes


class AllKinds(PortalForm):
    name = forms.CharField()
    kind = forms.ChoiceField(choices=[("a", "甲")])
    is_open = forms.BooleanField()
    way = forms.ChoiceField(choices=[("a", "甲")], widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(choices=[("a", "甲")], widget=forms.CheckboxSelectMultiple)
    hidden = forms.CharField(widget=forms.HiddenInput)
    own = forms.CharField(widget=forms.TextInput(attrs={"class": "of-its-own"}))
    day = DayField()
    note = NoteField("说明", "请写明情况。")
    files = EvidenceField()


def test_every_box_has_the_look_of_the_portal_and_what_is_ticked_has_none():
    drawn = {name: str(AllKinds()[name]) for name in AllKinds.base_fields}
    looks = {
        name: next((look for look in ("form-control", "form-select", "of-its-own") if look in html), "")
        for name, html in drawn.items()
    }
    boxes = dict.fromkeys(("name", "day", "note", "files"), "form-control")
    ticked = dict.fromkeys(("is_open", "way", "several", "hidden"), "")
    assert looks == boxes | ticked | {"kind": "form-select", "own": "of-its-own"}


def test_every_form_of_the_pages_draws_its_boxes_that_way():
    """Administrators' forms are Django's own, and have its look."""
    kinds = [k for k in form_classes() if issubclass(k, PrivateByDefault)]
    apart = {k.__qualname__ for k in kinds if k.bound_field_class is not PortalBoundField}
    assert (apart, len(kinds) > 30) == (set(), True)


def test_a_day_is_asked_by_the_browsers_calendar_and_keeps_its_form():
    form = AllKinds({"day": "2026-02-30"})
    assert 'type="date"' in str(form["day"])
    assert 'value="2026-02-30"' in str(form["day"])
    assert DayField().clean("2026-02-28").isoformat() == "2026-02-28"


def test_a_note_is_needed_where_something_asks_for_it():
    assert NoteField("说明").clean("") == ""
    with pytest.raises(forms.ValidationError, match=r"请写明情况。"):
        NoteField("说明", "请写明情况。").clean("")
    with pytest.raises(forms.ValidationError, match="2000"):
        NoteField("说明").clean("字" * 2001)


def test_a_note_may_be_asked_for_later_and_no_more():
    note = NoteField("说明")
    note.ask("请写明原因。")
    with pytest.raises(forms.ValidationError, match=r"请写明原因。"):
        note.clean("")
    note.ask("")
    assert note.clean("") == ""


def test_yes_and_no_are_told_apart_from_nothing():
    field = YesNoField("意见", "请选择批准或不批准。", yes="批准", no="不批准")
    assert (field.clean("yes"), field.clean("no")) == (True, False)
    with pytest.raises(forms.ValidationError, match=r"请选择批准或不批准。"):
        field.clean("")


def test_evidence_is_prepared_and_wanted_where_it_says_so():
    file = SimpleUploadedFile("依据.pdf", b"%PDF-1.4\n%%EOF")
    assert [(kind, name) for kind, _, name in EvidenceField().clean([file])] == [("pdf", "依据.pdf")]
    assert EvidenceField().clean([]) == []
    with pytest.raises(forms.ValidationError, match=r"请附上依据。"):
        EvidenceField("依据", "请附上依据。").clean([])
