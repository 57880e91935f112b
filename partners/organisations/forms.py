from django import forms
from django.utils import timezone

from districts.estates.models import Estate
from districts.records.acting import ActingForm
from districts.records.fields import DayField, PortalModelForm
from partners.organisations.actions import KEEPERS
from partners.organisations.models import Organisation, Serving


class OrganisationForm(PortalModelForm):
    may_be_private = {"phone": "只收单位座机和热线，手机由字段自己的规则拒绝"}

    class Meta:
        model = Organisation
        fields = ["name", "kind", "level", "phone"]

    def __init__(self, *args, street=None, **kwargs):
        """Of an organisation that stands also into which one it was merged."""
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "请选择"), *Organisation.Kind.choices]
        if street:
            self.instance.street = street
            return
        others = Organisation.objects.filter(street=self.instance.street_id, merged_into=None)
        self.fields["merged_into"] = forms.ModelChoiceField(
            label="已并入",
            queryset=others.exclude(pk=self.instance.pk),
            required=False,
            initial=self.instance.merged_into_id,
            empty_label="没有并入别的单位",
            help_text="并入以后，诉求页上拨的是并入的那个单位的电话",
        )

    def clean(self):
        """Django leaves out the key that the form does not ask for; the sentence is said at the name."""
        data = super().clean()
        same = Organisation.objects.filter(street=self.instance.street_id, name=data.get("name"))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", "已有同名的单位，请直接打开那一个。")
        return data

    def save(self, commit=True):
        if "merged_into" in self.cleaned_data:
            self.instance.merged_into = self.cleaned_data["merged_into"]
        return super().save(commit)


class ServingForm(ActingForm):
    """Which estate, as what, from which day on."""

    estate = forms.ModelChoiceField(label="小区", queryset=Estate.objects.none(), empty_label="请选择")
    role = forms.ChoiceField(label="作为", choices=[("", "请选择"), *Serving.Role.choices])
    starts_on = DayField(label="从", initial=timezone.localdate)
    ends_on = DayField(label="到", required=False, help_text="可不填：至今")
    reason = forms.CharField(label="依据", max_length=200, required=False, help_text="如合同、备案")

    def __init__(self, *args, user, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        tree = organisation.street.tree_id
        mine = Estate.objects.where_user_may_any(user, KEEPERS).filter(unit__tree_id=tree, unit__retired_on=None)
        self.fields["estate"].queryset = mine.select_related("unit")
        self.fields["estate"].label_from_instance = lambda estate: f"{estate.unit.name} · {estate.name}"


class EndForm(ActingForm):
    on = DayField(label="最后一天", initial=timezone.localdate)
