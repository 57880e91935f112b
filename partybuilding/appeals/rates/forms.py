"""The form of a span of days."""

from django import forms

from districts.records.fields import PortalForm

DATE = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class SpanForm(PortalForm):
    """From one day to another, both included."""

    since = forms.DateField(label="从", **DATE)
    until = forms.DateField(label="到", **DATE)

    def clean(self):
        data = super().clean()
        for name in ("since", "until"):
            if data.get(name) and not 2000 <= data[name].year <= 2100:
                self.add_error(name, "请填 2000 年以后的日期。")
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "结束日期早于开始日期。")
        return data
