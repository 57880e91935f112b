"""Files on which a record rests, as a form takes them."""

from django import forms

from districts.files.attachments import EVIDENCE_ACCEPTED, MOST_EVIDENCE, prepare_evidence
from districts.files.uploads import MOST_BYTES
from districts.records.fields import ManyFilesField


class EvidenceField(ManyFilesField):
    """Cleaned to [(kind, content, name)], ready to be kept; at least one where `missing` says what to attach."""

    def __init__(self, label="佐证", missing="", *, help_text="最多 6 个"):
        limits = {"most": MOST_EVIDENCE, "largest": MOST_BYTES}
        super().__init__(label=label, accept=EVIDENCE_ACCEPTED, help_text=help_text, **limits)
        self.missing = missing

    def clean(self, data, initial=None):
        files = super().clean(data, initial)
        if self.missing and not files:
            raise forms.ValidationError(self.missing)
        return prepare_evidence(files, self.label)


class DroppedField(forms.ModelMultipleChoiceField):
    """Which of a record's files are taken off again: `begin(rows)` says of which."""

    def __init__(self, label="删去附件"):
        super().__init__(None, label=label, required=False, widget=forms.CheckboxSelectMultiple)
        self.error_messages["invalid_choice"] = "要删去的附件已不在这里，请刷新后再看。"

    def begin(self, rows):
        self.queryset = rows
