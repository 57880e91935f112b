import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils import timezone

from districts.duties import Duty
from districts.estates.models import Estate
from districts.posts.models import Appointment, User
from districts.records.acting import ActingForm
from districts.records.fields import DayInput, NoteField, YesNoField
from districts.records.filtering import PortalFilter, UnitFilter
from districts.units.models import Unit
from districts.waiting import to_judge
from districts.workflow import ways_open
from partybuilding.appeals.actions import dispatchable_units
from partybuilding.appeals.by_hand import registering_duty
from partybuilding.appeals.models import Appeal, AppealReport, CadreReport, Exclusion, Grade
from partybuilding.appeals.models.appeal import TO_UNIT
from partybuilding.appeals.rates import counting as rates

TO_DO = [
    ("waiting", "待分派"),
    ("open", "未办结，最急在前"),
    ("late", "已过时限"),
    ("by_hand", "手工办理中"),
    ("help", "请片区协调，还没有回应"),
    ("asked", "剔除、挂账待审定"),
    ("answer", "剔除、挂账待登记结果"),
    ("suspended", "挂账"),
    ("review", "挂账到期待复查"),
    ("cadre", "反映干部，待确认"),
]

COUNTED = {
    "received": ("计入三率的受理", Q()),
    "valid": ("有效回访", rates.VALID),
    "asked": ("问到是否联系", rates.ASKED),
    "contacted": ("已联系", rates.CONTACTED),
    "solved": ("已解决", rates.SOLVED),
    "unsolved": ("有效回访中未解决", rates.VALID & ~Q(outcome=Appeal.Outcome.SOLVED)),
    "satisfied": ("满意", rates.SATISFIED),
    "basically": ("基本满意", rates.BASICALLY),
}

EXCLUDED = [("no", "不列经审定剔除、挂账的"), ("yes", "只列经审定剔除、挂账的")]


class FigureField(forms.CharField):
    """A figure of a report, as its address names it."""

    default_validators = [RegexValidator(r"^[0-9]{1,18}\.[0-9]{1,6}$", "这个地址不完整，请从报告里重新点开。")]


class FigureFilter(django_filters.CharFilter):
    field_class = FigureField


def seen_estates(request):
    return Estate.objects.where_user_may(request.user, Duty.VIEW)


class AppealFilter(PortalFilter):
    q = django_filters.CharFilter(label="搜索", method="by_words")
    todo = django_filters.ChoiceFilter(label="要办的", choices=TO_DO, method="by_todo", empty_label="全部")
    unit = UnitFilter(method="by_unit")
    counted = django_filters.ChoiceFilter(
        label="回访", choices=[(k, label) for k, (label, _) in COUNTED.items()], method="by_count", empty_label="全部"
    )
    excluded = django_filters.ChoiceFilter(
        label="剔除、挂账", choices=EXCLUDED, method="by_exclusion", empty_label="都列"
    )
    category = django_filters.CharFilter(label="分类", method="by_category")
    item = django_filters.CharFilter(label="三级分类", field_name="item", widget=forms.HiddenInput)
    own = django_filters.NumberFilter(
        label="承办单位本身", field_name="unit", min_value=0, decimal_places=0, widget=forms.HiddenInput
    )
    spot = django_filters.CharFilter(label="点位", field_name="spot")
    estate = django_filters.ModelChoiceFilter(
        label="小区", queryset=seen_estates, empty_label="全部", null_label="没有认出小区"
    )
    since = django_filters.DateFilter(label="创建从", field_name="called_on", lookup_expr="gte", widget=DayInput)
    until = django_filters.DateFilter(label="到", field_name="called_on", lookup_expr="lte", widget=DayInput)
    figure = FigureFilter(label="报告里的数", method="by_figure", widget=forms.HiddenInput)

    class Meta:
        model = Appeal
        fields = []

    def filter_queryset(self, queryset):
        """反映干部 stands in no list but its own."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("todo") == "cadre" else rows.not_withheld()

    def by_words(self, rows, name, value):
        return rows.search(value.strip())

    def by_unit(self, rows, name, unit):
        """With all that stood below it on the last day asked for, as the rates count it."""
        until = self.form.cleaned_data.get("until")
        below = rates.units_below(unit, until) if until else unit.get_descendants(include_self=True)
        return rows.filter(unit__in=below)

    def by_category(self, rows, name, value):
        return rows.filter(Q(topic=value) | Q(subtopic=value) | Q(item=value))

    def by_exclusion(self, rows, name, value):
        return rows.filter(is_excluded=value == "yes")

    def by_figure(self, rows, name, value):
        """What a figure of a report counted when it was written, as far as the reader sees it."""
        return rows.filter(pk__in=AppealReport.objects.readable_by(self.request.user).counted_in(value))

    def by_count(self, rows, name, value):
        """As the rates count: without what is kept from somebody, though the reader may see it."""
        return rows.filter(COUNTED[value][1]).kept_from_nobody()

    def by_todo(self, rows, name, value):
        if value == "waiting":
            return rows.waiting()
        if value == "help":
            return rows.asking_center()
        if value in {"asked", "answer"}:
            asked = Exclusion.objects.filter(state=Exclusion.State.ASKED)
            mine = to_judge(Exclusion, "grant", self.request.user) if value == "answer" else asked
            return rows.filter(pk__in=mine.values("appeal"))
        if value == "by_hand":
            return rows.going_on().filter(is_by_hand=True, state__in=Appeal.UNDER_WAY)
        if value == "cadre":
            return rows.filter(cadre_report__state=CadreReport.State.MARKED)
        if value in {"suspended", "review"}:
            waits = Exclusion.objects.filter(kind=Exclusion.Kind.SUSPENDED, state=Exclusion.State.GRANTED)
            due = waits.filter(review_on__lte=timezone.localdate()) if value == "review" else waits
            return rows.filter(pk__in=due.values("appeal"))
        urgent = rows.going_on().order_by("due_at", "pk")
        return urgent.late() if value == "late" else urgent


class AssignForm(ActingForm):
    """Where an appeal goes."""

    to_unit = forms.ModelChoiceField(
        label="分派给",
        queryset=Unit.objects.none(),
        empty_label="请选择",
        error_messages={"required": TO_UNIT["to_unit"]},
    )
    estate = forms.ModelChoiceField(
        label="小区",
        queryset=Estate.objects.none(),
        required=False,
        empty_label="按诉求里写的认",
    )
    teach = forms.BooleanField(required=False)

    def __init__(self, *args, appeal, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to_unit"].queryset = dispatchable_units(user, appeal.street).exclude(pk=appeal.unit_id)
        self.fields["estate"].queryset = Estate.objects.filter(unit__in=self.fields["to_unit"].queryset.values("pk"))
        self.fields["estate"].label_from_instance = lambda estate: f"{estate.unit.name} · {estate.name}"
        if not self.fields["estate"].queryset.exists():
            del self.fields["estate"]
        if appeal.place and appeal.state == Appeal.State.WAITING:
            self.fields["teach"].label = f"以后“{appeal.place}”都归这个单位，等待中的同名工单一并分派"
        else:
            del self.fields["teach"]

    def clean(self):
        data = super().clean()
        estate, unit = data.get("estate"), data.get("to_unit")
        if estate and unit and estate.unit_id != unit.pk:
            self.add_error(
                "estate", f"“{estate.name}”在{estate.unit.name}，不在{unit.name}；请改小区，或改分派的单位。"
            )
        return data


class NoteForm(ActingForm):
    """A step that is told in words: `asks` says what to write."""

    note = NoteField("情况")

    def __init__(self, *args, asks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].ask(asks)
        self.fields["note"].widget.attrs["placeholder"] = asks


class CallBackForm(ActingForm):
    """回访: whether the caller was reached at all, and what they said."""

    is_valid = YesNoField("回访是否有效", "请选择回访是否有效。", yes="有效", no="无效（联系不上、不愿评价）")
    is_contacted = forms.TypedChoiceField(
        label="办理单位是否联系过",
        choices=[("", "请选择"), ("yes", "联系过"), ("no", "没有联系")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )
    outcome = forms.ChoiceField(label="是否解决", choices=[("", "请选择"), *Appeal.Outcome.choices], required=False)
    satisfaction = forms.ChoiceField(
        label="是否满意", choices=[("", "请选择"), *Appeal.Satisfaction.choices], required=False
    )

    def clean(self):
        data = super().clean()
        if data.get("is_valid"):
            for name in ("is_contacted", "outcome", "satisfaction"):
                if data.get(name) in (None, ""):
                    self.add_error(name, f"有效回访要填“{self.fields[name].label}”。")
        return data


class RegisterForm(ActingForm):
    """An appeal that somebody telephoned or brought in."""

    may_be_private = {"caller_number": "只存末四位，由导入的同一道清洗遮盖"}

    called_at = forms.DateTimeField(
        label="来电时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    grade = forms.ChoiceField(label="等级", choices=Grade.choices, initial=Grade.NORMAL)
    channel = forms.CharField(label="来源", max_length=20, initial="电话")
    title = forms.CharField(label="标题", max_length=200)
    content = forms.CharField(label="内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    item = forms.CharField(label="三级分类", max_length=40, required=False, help_text="如“停车管理”")
    unit = forms.ModelChoiceField(
        label="分派给", queryset=Unit.objects.none(), required=False, empty_label="先不分派，在街道等待"
    )
    spot = forms.CharField(label="小区点位", max_length=80, required=False)
    caller = forms.CharField(label="来电人", max_length=20, required=False, help_text="只存姓，如“王**”")
    caller_number = forms.CharField(label="来电人电话", max_length=20, required=False, help_text="只存末四位")

    def __init__(self, *args, street, user, **kwargs):
        super().__init__(*args, ways=ways_open(user, registering_duty(user), street), **kwargs)
        self.fields["unit"].queryset = dispatchable_units(user, street)
        self.fields["called_at"].initial = timezone.localtime

    def clean_called_at(self):
        moment = self.cleaned_data["called_at"]
        if moment > timezone.now():
            raise forms.ValidationError("来电时间在将来，请改为已经过去的时间。")
        return moment

    def cells(self):
        """As a row of a ledger."""
        data = self.cleaned_data
        unit = data["unit"]
        texts = ("channel", "title", "content", "item", "spot", "caller", "caller_number")
        called = timezone.localtime(data["called_at"])
        return {
            **{name: data[name] for name in texts if data[name]},
            "grade": Grade(data["grade"]).label,
            "called_at": f"{called:%Y-%m-%d %H:%M:%S}",
            "place": unit.name if unit else "",
        }


class RecuseForm(ActingForm):
    person = forms.ModelChoiceField(
        label="反映的是谁",
        queryset=User.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择回避的人。"},
    )

    def __init__(self, *args, appeal, **kwargs):
        super().__init__(*args, **kwargs)
        here = Appointment.objects.filter(unit__tree_id=appeal.street.tree_id).values("user")
        self.fields["person"].queryset = User.objects.filter(pk__in=here).order_by("name")
