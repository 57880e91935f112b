"""What is noted of forms: those in order, what was typed into them, within a request alone."""

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from districts.burden.counting import count_asked
from districts.burden.models import Asked
from districts.burden.noting import noting
from districts.records.fields import ManyFilesField, PortalForm
from tests.uploads import file


class Form(PortalForm):
    text = forms.CharField()
    place = forms.CharField(required=False, initial="东门")
    number = forms.IntegerField(required=False)
    is_signed = forms.BooleanField(required=False)
    proof = ManyFilesField(accept=".pdf")
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def guessed(self):
        return ("number",) if self.data.get("seen") == "7" else ()


@pytest.mark.parametrize(
    ("sent", "filled"),
    [
        ({"text": "一", "place": "东门"}, [1]),
        ({"text": "一", "place": "西门"}, [2]),
        ({"text": "一", "place": ""}, [1]),
        ({"text": "一", "place": "东门", "number": "0", "is_signed": "on", "seen": "3"}, [3]),
        ({"text": "一", "place": "东门", "number": "0", "seen": "7"}, [1]),
        ({"text": "", "place": "西门"}, []),
        ({"text": "一", "number": "多"}, []),
    ],
)
def test_of_a_form_in_order_what_was_filled_in_is_noted(sent, filled):
    with noting() as noted:
        form = Form(sent, MultiValueDict({"proof": [file()]}))
        for _ in range(2):
            form.is_valid()
    assert noted == filled


def test_a_form_that_was_not_sent_is_not_noted_and_nothing_is_outside_of_a_request():
    with noting() as noted:
        assert not Form().is_valid()
    assert Form({"text": "一"}).is_valid()
    assert noted == []


def test_who_sees_a_unit_does_not_see_what_it_was_asked(street):
    count_asked(street.units["东一社区"].pk, forms=1)
    seen = {login: Asked.objects.where_user_may(person, "view").count() for login, person in street.people.items()}
    assert [login for login, number in seen.items() if number] == ["leader", "office"]
