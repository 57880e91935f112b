"""Forms of the 日报 and the 月报."""

from django import forms
from django.utils import timezone

from districts.records.fields import DaysForm, NoteField, PortalForm
from partybuilding.appeals.models import AppealReport


class ReportForm(DaysForm):
    """A report of a day, or of a span of days."""

    field_order = ["kind", "since", "until"]
    kind = forms.ChoiceField(label="类型", choices=AppealReport.Kind.choices)

    def clean(self):
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and not self.errors:
            if data.get("kind") == AppealReport.Kind.DAY and since != until:
                self.add_error("until", "日报只写一天，请把起止填成同一天。")
            if since > timezone.localdate():
                self.add_error("since", "这一天还没有到。")
            if (until - since).days > 366:
                self.add_error("until", "一次最多写一年。")
        return data


class RemarkForm(PortalForm):
    remark = NoteField("编者按", rows=3)
