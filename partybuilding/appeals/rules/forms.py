from django import forms
from django.utils import timezone

from districts.records.fields import DayInput, PortalModelForm
from partybuilding.appeals.models import AppealLimit, AppealRule


class StartingForm(PortalModelForm):
    """Something that begins today or later."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].widget = DayInput()
        self.fields["starts_on"].label = "从哪天起"
        self.fields["reason"].label = "依据"

    def clean_starts_on(self):
        day = self.cleaned_data["starts_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("只能从今天或以后的日子起施行；过去的时段按当时的口径，不改。")
        return day


class RuleForm(StartingForm):
    class Meta:
        model = AppealRule
        fields = [
            "response_weight",
            "resolution_weight",
            "satisfaction_weight",
            "basically_worth",
            "starts_on",
            "reason",
        ]

    def clean(self):
        data = super().clean()
        weights = [data.get(f"{name}_weight") for name in ("response", "resolution", "satisfaction")]
        if None not in weights and sum(weights) != 100:
            self.add_error("satisfaction_weight", f"三项权重合计须为 100%，现在是 {sum(weights)}%。")
        worth = data.get("basically_worth")
        if worth is not None and worth > 100:
            self.add_error("basically_worth", "折算最多 100%。")
        return data


class LimitForm(StartingForm):
    class Meta:
        model = AppealLimit
        fields = ["grade", "hours", "starts_on", "reason"]

    def clean_hours(self):
        hours = self.cleaned_data["hours"]
        if not 1 <= hours <= 24 * 365:
            raise forms.ValidationError("请填 1 到 8760 小时。")
        return hours


FORMS = {"rule": RuleForm, "limit": LimitForm}
