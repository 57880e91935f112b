import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from districts.access import held_posts
from districts.posts.duties import Duty, Reach
from districts.records.editing import VersionedForm
from districts.units.models import Unit
from partybuilding.orders.models import Order, OrderAssignment
from partybuilding.worklogs.models import WorkLog


def loggable_units(user):
    """Where a user may log: their own posts' units first, then what lies below."""
    own = held_posts(user, Duty.LOG, Reach.ASSIGNED).values("unit_id")
    rows = Unit.objects.where_user_may(user, Duty.LOG) | Unit.objects.filter(pk__in=own)
    return rows.active().order_by("tree_id", "lft")


class WorkLogForm(VersionedForm):
    class Meta:
        model = WorkLog
        fields = ["text", "happened_on", "place", "unit", "order"]
        widgets = {
            "text": forms.Textarea(
                attrs={"rows": 4, "placeholder": "例：上门查看 3 号楼电动车充电棚，已请物业周五前清理"}
            ),
            "happened_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"text": "一两句话即可。请不要写居民姓名、身份证号、门牌号。", "place": "可不填"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = loggable_units(user)
        self.fields["unit"].empty_label = None
        self.fields["order"].queryset = self.open_orders(user)
        self.fields["order"].empty_label = "（不为哪件事）"

    def open_orders(self, user):
        """What the log may serve: orders not yet closed at a unit where the user logs, and the one it serves already."""
        shares = OrderAssignment.objects.filter(unit__in=self.fields["unit"].queryset.order_by().values("pk"))
        going_on = Q(pk__in=shares.issued().exclude(state=OrderAssignment.State.ACCEPTED).values("order"))
        rows = Order.objects.where_user_may(user, Duty.VIEW).filter(going_on | Q(pk=self.instance.order_id))
        return rows.order_by("-issued_on", "-pk")

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise ValidationError("日期在今天之后。日志记已经做了的事，请改为今天或以前。")
        return day


class WorkLogFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="by_words")
    unit = django_filters.ModelChoiceFilter(
        label="单位", queryset=lambda request: _viewable(request), method="by_unit", empty_label="全部"
    )
    since = django_filters.DateFilter(
        label="从", field_name="happened_on", lookup_expr="gte", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        label="到", field_name="happened_on", lookup_expr="lte", widget=forms.DateInput(attrs={"type": "date"})
    )
    mine = django_filters.BooleanFilter(label="只看我记的", method="by_me", widget=forms.CheckboxInput)

    class Meta:
        model = WorkLog
        fields = []

    def by_words(self, rows, name, value):
        return rows.search(value.strip())

    def by_unit(self, rows, name, unit):
        return rows.filter(unit__in=unit.get_descendants(include_self=True))

    def by_me(self, rows, name, value):
        return rows.filter(created_by=self.request.user) if value else rows


def _viewable(request):
    return Unit.objects.where_user_may(request.user, Duty.VIEW).active().order_by("tree_id", "lft")
