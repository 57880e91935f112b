"""Forms of 加减分."""

from django import forms

from districts.records.acting import ActingForm
from districts.records.attachments import EVIDENCE_ACCEPTED, prepare_evidence
from districts.records.fields import ManyFilesField
from partybuilding.assessment.models import Adjustment
from partybuilding.assessment.settling.forms import WORDS

AREA = forms.Textarea(attrs={"rows": 3, "class": "form-control"})


class AdjustmentForm(ActingForm):
    """加减分 of one unit in one period."""

    kind = forms.ChoiceField(label="种类", choices=Adjustment.Kind.choices, widget=forms.RadioSelect)
    indicator = forms.ChoiceField(label="扣哪一项（扣分须选）", required=False)
    points = forms.DecimalField(
        label="分值（加分、扣分须填）", required=False, max_value=100, decimal_places=2, max_digits=5,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.01"}),
    )  # fmt: skip
    reason = forms.CharField(label="事由", widget=AREA, error_messages={"required": "请写明事由。"}, **WORDS)
    evidence = ManyFilesField(label="依据", accept=EVIDENCE_ACCEPTED, help_text="文件或照片，至少 1 个，最多 6 个")

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "—"), *((i.code, i.label) for i in items)]
        self.fields["indicator"].widget.attrs["class"] = "form-select"

    def clean_evidence(self):
        files = self.cleaned_data["evidence"]
        if not files:
            raise forms.ValidationError("请附上依据的文件或照片。")
        return prepare_evidence(files)

    def clean(self):
        data = super().clean()
        kind, points = data.get("kind"), data.get("points")
        if kind == Adjustment.Kind.DEDUCTION and not data.get("indicator"):
            self.add_error("indicator", "请选择从哪一项扣。")
        if kind != Adjustment.Kind.VETO and "points" not in self.errors and not (points and points > 0):
            self.add_error("points", "请填大于 0 的分值。")
        data["points"] = int(points * 100) if points and points > 0 else 0
        return data


class ApprovalForm(ActingForm):
    """Whether a leader approves."""

    is_approved = forms.TypedChoiceField(
        label="意见", choices=[("yes", "批准"), ("no", "不批准")], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect, error_messages={"required": "请选择批准或不批准。"},
    )  # fmt: skip
    note = forms.CharField(label="说明", widget=AREA, required=False, **WORDS)

    def clean(self):
        data = super().clean()
        if data.get("is_approved") is False and not data.get("note"):
            self.add_error("note", "请写明不批准的原因。")
        return data
