"""The form of a settlement's steps."""

from districts.records.acting import ActingForm
from districts.records.fields import NoteField


class SettlementForm(ActingForm):
    """A step of a settlement; some need a reason."""

    note = NoteField("原因")

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].ask(step.asks)
        if not step.asks:
            del self.fields["note"]
