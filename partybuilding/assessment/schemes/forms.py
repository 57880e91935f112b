from decimal import Decimal

from django import forms

from districts.records.acting import ActingForm
from districts.records.fields import DayField, PortalForm, PortalModelForm
from partybuilding.assessment.catalog import INDICATORS, TO_COME
from partybuilding.assessment.models import FULL_WEIGHT, SchemeItem, SchemeVersion
from partybuilding.assessment.models.scheme import MOST_TIE_BREAKS, PAPER
from partybuilding.assessment.periods.months import first_open_day

HUNDREDTH = Decimal("0.01")


class VersionForm(PortalModelForm):
    """The settings of a version beside its items."""

    bonus_cap = forms.DecimalField(
        label="加分最多（分）", min_value=0, max_value=50, decimal_places=2, max_digits=4, help_text="0 为不加分"
    )

    class Meta:
        model = SchemeVersion
        fields = [
            "reason",
            "min_sample",
            "bonus_cap",
            "complete_days",
            "check_days",
            "objection_days",
            "close_days",
            "ranking",
        ]
        labels = {"reason": "这一版改了什么"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["bonus_cap"] = Decimal(self.instance.bonus_cap) * HUNDREDTH
        for name, (least, most) in {
            "min_sample": (0, 1000),
            "check_days": (1, 20),
            "complete_days": (0, 30),
            "close_days": (0, 120),
            "objection_days": (0, 60),
        }.items():
            field = self.fields[name]
            field.min_value, field.max_value = least, most
            field.validators += [_between(least, most)]

    def clean_bonus_cap(self):
        return int(self.cleaned_data["bonus_cap"] * 100)


def _between(least, most):
    def check(value):
        if not least <= value <= most:
            raise forms.ValidationError(f"请填 {least} 到 {most}。")

    return check


class ItemForm(PortalForm):
    """One item, in points and percent as people write them."""

    group = forms.CharField(label="项目", max_length=40, error_messages={"required": "请填项目名称。"})
    indicator = forms.ChoiceField(label="指标", error_messages={"required": "请选择指标。"})
    rule = forms.ChoiceField(label="计分", choices=SchemeItem.Rule.choices, initial=SchemeItem.Rule.LINEAR)
    weight = forms.DecimalField(label="权重（分）", max_value=100, decimal_places=2, max_digits=5)
    floor = forms.DecimalField(label="底线（%）", min_value=0, max_value=100, decimal_places=2, max_digits=5)
    target = forms.DecimalField(label="目标（%）", min_value=0, max_value=100, decimal_places=2, max_digits=5)
    tie_order = forms.TypedChoiceField(
        label="同分先比",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "—"), *((n, f"第 {n}") for n in range(1, MOST_TIE_BREAKS + 1))],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = [(code, i.label) for code, i in INDICATORS.items()]
        self.fields["indicator"].choices = [
            ("", "请选择"),
            *known,
            *((c, f"{n}（未接入）") for c, n in TO_COME.items()),
        ]

    def clean_weight(self):
        weight = self.cleaned_data["weight"]
        if weight <= 0:
            raise forms.ValidationError("权重要大于 0；不要的指标请勾选删除。")
        return weight

    def clean(self):
        data = super().clean()
        if None not in (data.get("floor"), data.get("target")) and data["target"] <= data["floor"]:
            self.add_error("target", "目标要高于底线。")
        return data


class BaseItemSet(forms.BaseFormSet):
    def clean(self):
        """Each indicator once, each tie-break once, 100 points together."""
        if any(self.errors):
            return
        rows = self.rows()
        for name, said in (("indicator", "同一个指标只能用一次。"), ("tie_order", "“同分先比”的次序不能重复。")):
            given = [row[name] for row in rows if row[name]]
            if len(given) != len(set(given)):
                raise forms.ValidationError(said)
        weight = sum(row["weight"] for row in rows)
        if weight != FULL_WEIGHT:
            raise forms.ValidationError(f"各项权重合计须为 100 分，现在是 {weight / 100:g} 分。")

    def rows(self):
        """[{field: value as it is stored}] of the forms that are filled in and not to be deleted."""
        filled = [f.cleaned_data for f in self.forms if f.has_changed() or f.initial]
        return [
            data | {name: int(data[name] * 100) for name in ("weight", "floor", "target")}
            for data in ({k: v for k, v in d.items() if k != "DELETE"} for d in filled if d and not d.get("DELETE"))
        ]


ItemSet = forms.formset_factory(ItemForm, formset=BaseItemSet, extra=2, can_delete=True, max_num=40, absolute_max=60)


def initial_of(version):
    """Initial values of the item forms."""
    return [
        {
            "group": i.group,
            "indicator": i.indicator,
            "rule": i.rule,
            "tie_order": i.tie_order,
            **{
                name: f"{Decimal(getattr(i, name)) * HUNDREDTH:f}".rstrip("0").rstrip(".")
                for name in ("weight", "floor", "target")
            },
        }
        for i in version.items.all()
    ]


class ApproveForm(ActingForm):
    """The approval: its paper, and the day from which it holds."""

    paper = forms.CharField(label="批准的文号或会议", max_length=100, error_messages={"required": PAPER["paper"]})
    starts_on = DayField(label="从哪天起施行", error_messages={"required": "请填起始日期。"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = first_open_day()
