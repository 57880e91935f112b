"""Forms of 异议."""

from django import forms

from districts.files.evidence import EvidenceField
from districts.records.acting import ActingForm
from districts.records.fields import NoteField, YesNoField
from partybuilding.assessment.models.objection import OPINION


class ObjectionForm(ActingForm):
    """异议 against one item of a sheet."""

    indicator = forms.ChoiceField(label="对哪一项", error_messages={"required": "请选择对哪一项有异议。"})
    text = NoteField("异议内容", "请写明哪里不对、应当是什么。", rows=3)
    evidence = EvidenceField()

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "请选择"), *((i.code, i.label) for i in items if i.indicator)]


class DecisionForm(ActingForm):
    """复核 of an objection."""

    is_upheld = YesNoField("复核结果", "请选择成立或不成立。", yes="成立", no="不成立")
    note = NoteField("复核意见", OPINION["note"])
