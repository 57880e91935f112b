from django import forms

from districts.estates.models import Estate
from districts.records.acting import ActingForm
from districts.records.fields import DayInput, PortalModelForm
from districts.units.models import Unit
from partners.organisations.actions import KEEPERS

NOWHERE = "nowhere"


class EstateForm(PortalModelForm):
    class Meta:
        model = Estate
        fields = ["unit", "name", "former_names", "starts_on", "ends_on"]
        widgets = {"starts_on": DayInput, "ends_on": DayInput}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Unit.objects.where_user_may(user, KEEPERS[0]) | Unit.objects.where_user_may(user, KEEPERS[1])
        here = mine.active().filter(kind__in=[Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE])
        self.fields["unit"].queryset = here.order_by("tree_id", "lft")
        self.fields["unit"].empty_label = "请选择"
        if self.instance.pk:  # what lies in another community is another place
            self.fields["unit"].disabled = True


class FindForm(ActingForm):
    """改小区: one of the community's, or none."""

    estate = forms.ChoiceField(label="小区", error_messages={"required": "请选择小区，或选“不在哪个小区”。"})

    def __init__(self, *args, appeal, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {str(e.pk): e for e in Estate.objects.filter(unit=appeal.unit_id)}
        named = [(pk, estate.name) for pk, estate in self.known.items()]
        self.fields["estate"].choices = [("", "请选择"), *named, (NOWHERE, "不在哪个小区")]

    def clean_estate(self):
        return self.known.get(self.cleaned_data["estate"], False)
