"""The form of one day to another, as lists and reports ask for it."""

from districts.records.fields import DayField, PortalForm


class DaysForm(PortalForm):
    """From one day to another, both included."""

    since = DayField(label="从")
    until = DayField(label="到")

    def clean(self):
        data = super().clean()
        for name in ("since", "until"):
            if data.get(name) and not 2000 <= data[name].year <= 2100:
                self.add_error(name, "请填 2000 年以后的日期。")
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "结束日期早于开始日期。")
        return data
