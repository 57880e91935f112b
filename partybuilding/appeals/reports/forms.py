"""Forms of the 日报 and the 月报."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from districts.records.fields import DaysForm, NoteField, PortalForm
from partybuilding.appeals.models import AppealReport
from partybuilding.appeals.rates.spans import assessment_month

DAY = timedelta(days=1)


class ReportForm(DaysForm):
    """A report of a day, or of a span of days."""

    field_order = ["kind", "since", "until"]
    kind = forms.ChoiceField(label="类型")

    def __init__(self, *args, kinds, **kwargs):
        """Of the `kinds` that somebody writes; first of the last month that has ended, else of yesterday."""
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        kind, yesterday = max(kinds, key=list(AppealReport.Kind).index, default=None), timezone.localdate() - DAY
        month = assessment_month(assessment_month(timezone.localdate())[0] - DAY)
        since, until = month if kind == AppealReport.Kind.MONTH else (yesterday, yesterday)
        self.initial = {"kind": kind, "since": since, "until": until}

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
