"""The form of a settlement's steps."""

from django import forms

from districts.records.acting import ActingForm

WORDS = {"max_length": 2000}


def _area(rows=2):
    return forms.Textarea(attrs={"rows": rows, "class": "form-control"})


class SettlementForm(ActingForm):
    """A step of a settlement; some need a reason."""

    note = forms.CharField(label="原因", widget=_area(), error_messages={"required": "请写明原因。"}, **WORDS)

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        if "note" not in step.needs:
            del self.fields["note"]
