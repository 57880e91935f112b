import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from districts.access import held_posts
from districts.calendar.workdays import add_working_days
from districts.duties import Duty
from districts.files.evidence import EvidenceField
from districts.records.acting import ActingForm
from districts.records.fields import DayInput, NoteField, PortalModelForm
from districts.records.filtering import PortalFilter, UnitFilter
from districts.units.models import Unit
from districts.workflow import ways_of_posts
from partybuilding.matters.circulars.groups import groups_for
from partybuilding.matters.circulars.models import Circular, CircularUnit, UnitGroup
from partybuilding.matters.orders.actions import assignable_units, issuing_units
from partybuilding.matters.orders.models import issuing_name

USUAL_WORKING_DAYS = 5
GONE = "勾选的单位里有刚刚撤销、合并或不再归您管的，已经去掉；请核对下面勾选的，再发一次。"
NO_GROUP = "勾选的分组里有已经删去或现在用不上的，已经去掉；请核对下面勾选的，再发一次。"


class CircularForm(ActingForm, PortalModelForm):
    """Send a circular: to whole groups, to single units, or to both; each unit counts once."""

    groups = forms.MultipleChoiceField(
        label="整组发给",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NO_GROUP},
    )
    units = forms.ModelMultipleChoiceField(
        label="发给单位",
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="与上面的分组合在一起算，每个单位只发一份",
        error_messages={"invalid_choice": GONE, "invalid_pk_value": GONE},
    )
    save_as = forms.CharField(
        label="存为分组",
        required=False,
        max_length=UnitGroup._meta.get_field("name").max_length,
        help_text="给这次选的单位起个名字，下次一勾就是；已有同名的，换成这次的",
    )
    files = EvidenceField("附件", help_text="文件或照片，最多 6 个")

    class Meta:
        model = Circular
        fields = ["unit", "title", "content", "last_on"]
        labels = {"unit": "由谁发出"}
        widgets = {"content": forms.Textarea(attrs={"rows": 6}), "last_on": DayInput}
        help_texts = {
            "title": "一句话说清是什么事",
            "content": "只需要对方知道的事；要对方办理、报结果的，请用“新建事项”",
            "last_on": "到这一天为止列在对方的“今天”里，以后仍查得到",
        }
        error_messages = {
            "unit": {"required": "请选择由谁发出。"},
            "title": {"required": "请填写标题。"},
            "content": {"required": "请填写内容。"},
            "last_on": {"required": "请填写最后日期。"},
        }

    field_order = ["unit", "under", "basis", "title", "content", "files", "last_on", "groups", "units", "save_as"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_acting(ways_of_posts(user, Duty.ISSUE))
        self.order_fields(self.field_order)
        self.fields["unit"].queryset = issuing_units(user).order_by("tree_id", "lft")
        self.fields["unit"].empty_label = None
        self.fields["unit"].label_from_instance = issuing_name
        self.fields["last_on"].initial = add_working_days(timezone.localdate(), USUAL_WORKING_DAYS)
        chosen = assignable_units(user).select_related("parent").order_by("tree_id", "lft")
        self.fields["units"].queryset = chosen
        self.groups = groups_for(user, list(chosen))
        self.fields["groups"].choices = [(group.code, group.label) for group in self.groups if group.units]
        for name in ("groups", "units"):
            self.fields[name].is_usual = True  # one of the two is needed: neither is marked 选填

    def clean(self):
        data = super().clean()
        ticked = [group for group in self.groups if group.code in data.get("groups", ())]
        self.left_out = [group.missing for group in ticked if group.missing]
        found = {unit.pk: unit for group in ticked for unit in group.units}
        found |= {unit.pk: unit for unit in data.get("units", ())}
        data["units"] = sorted(found.values(), key=lambda unit: (unit.tree_id, unit.lft))
        if not found and not {"groups", "units"} & set(self.errors):
            self.add_error("units", "请勾选收到通知的单位，可以整组勾选。")
        return data

    def clean_save_as(self):
        return " ".join(self.cleaned_data["save_as"].split())

    def facts(self):
        """What the action takes: without what only the form knows."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"groups", "save_as"}}


class WithdrawForm(ActingForm):
    """撤回, and why."""

    note = NoteField("为什么撤回", Circular.STEPS["withdraw"].asks)


class CircularFilter(PortalFilter):
    SIDES = [("sent", "我们发出的"), ("received", "发给我们的")]
    TIMES = [("current", "还有效的"), ("to_open", "待阅的"), ("all", "全部")]

    q = django_filters.CharFilter(label="搜索", method="by_words")
    side = django_filters.ChoiceFilter(label="谁发的", choices=SIDES, method="by_side", empty_label="都看")
    time = django_filters.ChoiceFilter(label="哪些", choices=TIMES, method="by_time", empty_label=None)
    unit = UnitFilter(method="by_unit")

    class Meta:
        model = Circular
        fields = []

    def __init__(self, data=None, **kwargs):
        """What is still in force, unless somebody asks for more."""
        asked = data.copy() if data is not None else {}
        if not asked.get("time"):
            asked["time"] = "current"
        super().__init__(asked, **kwargs)

    def by_words(self, rows, name, value):
        return rows.search(value.strip())

    def by_time(self, rows, name, value):
        if value == "to_open":
            return rows.to_open(self.request.user)
        return rows.current() if value == "current" else rows

    def by_side(self, rows, name, value):
        user = self.request.user
        if value == "sent":
            return rows.filter(unit__in=issuing_units(user).values("pk"))
        return rows.filter(pk__in=self._received_in(held_posts(user, Duty.VIEW).values("unit_id")))

    def by_unit(self, rows, name, unit):
        if not unit:
            return rows
        below = unit.get_descendants(include_self=True).values("pk")
        return rows.filter(Q(unit__in=below) | Q(pk__in=self._received_in(below)))

    def _received_in(self, units):
        """Circulars that units received, as far as the reader may know that these did."""
        seen = CircularUnit.objects.where_user_may(self.request.user, Duty.VIEW)
        return seen.filter(unit__in=units).values("circular")
