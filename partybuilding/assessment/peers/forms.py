"""The form of the difficulty groups."""

from django import forms
from django.utils import timezone

from districts.records.fields import DayField, PortalForm
from districts.units.models import Unit
from partybuilding.assessment.surveys.figures import ASKED


class PeerForm(PortalForm):
    """Units that are ranked among themselves, from a day on."""

    name = forms.CharField(label="难度组", max_length=30, required=False, help_text="留空为移出难度组")
    units = forms.ModelMultipleChoiceField(
        label="社区、村",
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个单位。"},
    )
    starts_on = DayField(label="从哪天起")
    reason = forms.CharField(label="依据", max_length=200, error_messages={"required": "请写明依据。"})

    def __init__(self, *args, street, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Unit.objects.active().filter(tree_id=street.tree_id, kind__in=ASKED)
        self.fields["units"].queryset = rows.order_by("lft")
        self.fields["starts_on"].initial = timezone.localdate().replace(day=1)
