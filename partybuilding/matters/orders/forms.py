import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from districts.apart import did_none_of
from districts.calendar.workdays import add_working_days
from districts.duties import Duty
from districts.files.evidence import DroppedField, EvidenceField
from districts.records.acting import ActingForm
from districts.records.asking import add_sources
from districts.records.editing import VersionedForm
from districts.records.fields import DayField, DayInput, NoteField
from districts.records.filtering import PortalFilter, UnitFilter
from districts.units.models import Unit
from partybuilding.goals.models import Goal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.actions import assignable_units, issuing_units
from partybuilding.matters.orders.models import LATER, Order, OrderAssignment, issuing_name

USUAL_WORKING_DAYS = 10
FILES = "文件或照片，最多 6 个；看得到这件事的人都看得到"


class OrderForm(VersionedForm):
    """Draw up an order, or change a draft."""

    co_units = forms.ModelMultipleChoiceField(
        label="协办单位", queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    files = EvidenceField("附件", help_text=FILES)
    dropped = DroppedField()

    class Meta:
        model = Order
        fields = ["kind", "unit", "title", "content", "due_on", "lead_unit", "is_open_call", "goal"]
        labels = {"unit": "由谁交办"}
        widgets = {
            "kind": forms.RadioSelect,
            "content": forms.Textarea(attrs={"rows": 5}),
            "due_on": DayInput,
        }
        help_texts = {
            "title": "一句话说清要办什么",
            "content": "要求、标准、需要报送的材料",
            "due_on": "交办当日为第 0 天；已按 10 个工作日预填，节假日和调休已计入",
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        add_sources(self, user)
        units = assignable_units(user).order_by("tree_id", "lft")
        goals = Goal.objects.where_user_may(user, Duty.VIEW).filter(state=Goal.State.RUNNING).select_related("unit")
        self.fields["goal"].queryset = goals.order_by("-year", "unit__lft", "pk")
        self.fields["goal"].empty_label = "（不挂目标）"
        self.fields["goal"].label_from_instance = lambda goal: f"{goal.unit.name}：{goal.title}（{goal.year}）"
        if not goals.exists():
            del self.fields["goal"]
        self.fields["unit"].queryset = issuing_units(user).order_by("tree_id", "lft")
        self.fields["unit"].empty_label = None
        self.fields["unit"].label_from_instance = issuing_name
        self.fields["lead_unit"].queryset = self.fields["co_units"].queryset = units
        self.fields["lead_unit"].empty_label = "请选择牵头单位"
        self.fields["lead_unit"].is_usual = True  # left out only by an open call: not marked 选填
        self.fields["co_units"].help_text = "协办单位；公开揭榜时，勾选的是可以揭榜的单位"
        may_decree = self.fields["unit"].queryset.filter(kind=Unit.Kind.COMMITTEE).exists()
        self.fields["kind"].choices = Order.Kind.choices if may_decree else Order.Kind.choices[1:]
        if not self.instance.pk:
            self.fields["due_on"].initial = add_working_days(timezone.localdate(), USUAL_WORKING_DAYS)
            del self.fields["dropped"]
        else:
            self.fields["dropped"].begin(self.instance.files.all())
            co = self.instance.assignments.exclude(unit=self.instance.lead_unit_id)
            self.fields["co_units"].initial = co.values_list("unit", flat=True)

    def both_versions(self, current):
        yield from super().both_versions(current)
        co = current.assignments.exclude(unit=current.lead_unit_id).select_related("unit").order_by("unit__lft")
        yield "co_units", [share.unit for share in co], list(self.cleaned_data["co_units"])


class AmendForm(ActingForm, VersionedForm):
    """Change the words of an issued order, or add files to it; what it had stays."""

    files = EvidenceField("附件", help_text=f"再添几个；原有的留着。{FILES}")

    class Meta:
        model = Order
        fields = ["title", "content"]
        widgets = {"content": forms.Textarea(attrs={"rows": 6})}


class StepForm(ActingForm):
    """What a step on a share may be given: a note, a day, and for whom it is entered."""

    note = NoteField("说明", rows=3)

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].ask(step.asks)


class DatedStepForm(StepForm):
    """A step on the due date: asking for a later one, or granting it."""

    until = DayField(label="延到哪一天", error_messages={"required": LATER["until"]})


class ReportForm(StepForm):
    """报结: the result in words, and logs as evidence."""

    logs = forms.ModelMultipleChoiceField(
        label="佐证日志", queryset=WorkLog.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    note = NoteField("办理结果", rows=3)

    def offer_logs(self, assignment, user):
        """Those of the matter that its unit wrote, all ticked."""
        logs = (
            WorkLog.objects.where_user_may(user, Duty.VIEW)
            .standing()
            .filter(
                Q(unit__in=assignment.unit.get_descendants(include_self=True)) | Q(unit__merged_into=assignment.unit),
                order=assignment.order_id,
            )
        )
        self.fields["logs"].queryset = logs.order_by("-happened_on", "-pk")
        self.fields["logs"].initial = [log.pk for log in self.fields["logs"].queryset]


class AwardForm(ActingForm):
    """定榜: which of the units that claimed an open call shall do it."""

    assignment = forms.ModelChoiceField(
        label="定给哪一家",
        queryset=OrderAssignment.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "请选定一家。",
            "invalid_choice": "这一家没有揭榜，或是您替它揭的榜；请刷新后重选。",
        },
    )

    def __init__(self, *args, order, user, **kwargs):
        super().__init__(*args, **kwargs)
        claims = OrderAssignment.objects.where_user_may(user, Duty.VIEW).filter(order=order, state="claimed")
        claims = claims.filter(did_none_of(OrderAssignment, Order.STEPS["award"].apart_from, user))
        self.fields["assignment"].queryset = claims.select_related("unit").order_by("pk")
        self.fields["assignment"].label_from_instance = lambda share: share.unit.name


class AssignmentFilter(PortalFilter):
    WAITING = [("handle", "待我办理"), ("accept", "待我审核"), ("answer", "待我批延期"), ("urge", "待我催办")]
    LIGHTS = [
        ("red", "红 · 逾期"),
        ("amber", "黄 · 将到期"),
        ("green", "绿 · 正常"),
        ("grey", "灰 · 待批、已报结、已办结"),
    ]

    q = django_filters.CharFilter(label="搜索", method="by_words")
    todo = django_filters.ChoiceFilter(label="待我", choices=WAITING, method="by_todo", empty_label="全部")
    light = django_filters.ChoiceFilter(label="进度灯", choices=LIGHTS, method="by_light", empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", method="by_state", empty_label="全部")
    kind = django_filters.ChoiceFilter(
        label="类别", field_name="order__kind", choices=Order.Kind.choices, empty_label="全部"
    )
    unit = UnitFilter()
    due_since = django_filters.DateFilter(label="期限从", field_name="due_on", lookup_expr="gte", widget=DayInput)
    due_until = django_filters.DateFilter(label="期限到", field_name="due_on", lookup_expr="lte", widget=DayInput)

    goal = django_filters.NumberFilter(label="目标编号", method="by_goal", widget=forms.HiddenInput)
    own = django_filters.BooleanFilter(label="只看本岗位所辖单位", method="by_own", widget=forms.CheckboxInput)

    class Meta:
        model = OrderAssignment
        fields = []

    def __init__(self, data=None, **kwargs):
        """Without any choice the list shows what is still open; 全部 is a choice of its own."""
        chosen = data is not None and set(data) & {*self.base_filters}
        is_board = data is not None and data.get("view") == "board"  # whose columns are the states
        super().__init__(data if chosen else {"state": "" if is_board else "owed"}, **kwargs)
        unseen = {OrderAssignment.State.PLANNED}
        states = [("owed", "在办"), *(c for c in OrderAssignment.State.choices if c[0] not in unseen)]
        self.filters["state"].extra["choices"] = states

    def filter_queryset(self, queryset):
        """Calls that nobody has won yet show where they are asked for, and to whoever may claim them."""
        rows = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        return rows if asked.get("state") or asked.get("todo") == "handle" else rows.issued()

    def by_words(self, rows, name, value):
        found = Order.objects.search(value.strip()).values("pk")
        return rows.filter(order__in=found)

    def by_todo(self, rows, name, value):
        return rows.waiting_for(self.request.user, value)

    def by_light(self, rows, name, value):
        return rows.with_light(value)

    def by_state(self, rows, name, value):
        return rows.owed() if value == "owed" else rows.filter(state=value)

    def by_goal(self, rows, name, value):
        seen = Goal.objects.where_user_may(self.request.user, Duty.VIEW).filter(pk=value)
        return rows.filter(order__goal__in=seen.values("pk"))

    def by_own(self, rows, name, value):
        return rows.in_charge_of(self.request.user) if value else rows
