"""Forms of 异议."""

from django import forms

from districts.records.acting import ActingForm
from districts.records.attachments import EVIDENCE_ACCEPTED, prepare_evidence
from districts.records.fields import ManyFilesField
from partybuilding.assessment.settling.forms import WORDS, _area


class ObjectionForm(ActingForm):
    """异议 against one item of a sheet."""

    indicator = forms.ChoiceField(label="对哪一项", error_messages={"required": "请选择对哪一项有异议。"})
    text = forms.CharField(
        label="异议内容", widget=_area(3), error_messages={"required": "请写明哪里不对、应当是什么。"}, **WORDS
    )
    evidence = ManyFilesField(label="佐证", accept=EVIDENCE_ACCEPTED, help_text="最多 6 个")

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "请选择"), *((i.code, i.label) for i in items if i.indicator)]
        self.fields["indicator"].widget.attrs["class"] = "form-select"

    def clean_evidence(self):
        return prepare_evidence(self.cleaned_data["evidence"])


class DecisionForm(ActingForm):
    """复核 of an objection."""

    is_upheld = forms.TypedChoiceField(
        label="复核结果",
        choices=[("yes", "成立"), ("no", "不成立")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择成立或不成立。"},
    )
    note = forms.CharField(
        label="复核意见", widget=_area(), error_messages={"required": "请写明复核意见和依据。"}, **WORDS
    )
