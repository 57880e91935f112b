"""Forms of 加减分."""

from django import forms

from districts.files.evidence import EvidenceField
from districts.records.acting import ActingForm
from districts.records.fields import NoteField, YesNoField
from partybuilding.assessment.models import Adjustment


class AdjustmentForm(ActingForm):
    """加减分 of one unit in one period."""

    kind = forms.ChoiceField(label="种类", choices=Adjustment.Kind.choices, widget=forms.RadioSelect)
    indicator = forms.ChoiceField(label="扣哪一项（扣分须选）", required=False)
    points = forms.DecimalField(
        label="分值（加分、扣分须填）",
        required=False,
        max_value=100,
        decimal_places=2,
        max_digits=5,
    )
    reason = NoteField("事由", "请写明事由。", rows=3)
    evidence = EvidenceField("依据", "请附上依据的文件或照片。", help_text="文件或照片，至少 1 个，最多 6 个")

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "—"), *((i.code, i.label) for i in items)]

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

    is_approved = YesNoField("意见", "请选择批准或不批准。", yes="批准", no="不批准")
    note = NoteField("说明", rows=3)

    def clean(self):
        data = super().clean()
        if data.get("is_approved") is False and not data.get("note"):
            self.add_error("note", Adjustment.STEPS["refuse"].asks)
        return data
