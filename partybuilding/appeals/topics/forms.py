"""The form of 每月一题."""

from django import forms
from django.utils import timezone

from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.records.fields import PortalModelForm
from districts.units.models import Unit
from districts.workflow import ways_of_posts
from partybuilding.appeals.models import MonthlyTopic
from partybuilding.appeals.rates.views import RATED


class TopicForm(ActingForm, PortalModelForm):
    class Meta:
        model = MonthlyTopic
        fields = ["unit", "month", "item", "title"]
        help_texts = {"month": "", "item": "与工单的三级分类一致，如“停车管理”"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_acting(ways_of_posts(user, Duty.ISSUE))
        mine = Unit.objects.where_user_may(user, Duty.ISSUE).active().filter(kind__in=RATED)
        self.fields["unit"].queryset = mine.order_by("tree_id", "lft")
        self.fields["month"] = forms.DateField(
            label="月份",
            input_formats=["%Y-%m", "%Y-%m-%d"],
            widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
            initial=timezone.localdate().replace(day=1),
        )

    def clean_month(self):
        month, this = self.cleaned_data["month"].replace(day=1), timezone.localdate().replace(day=1)
        if abs(12 * (month.year - this.year) + month.month - this.month) > 12:
            raise forms.ValidationError("请填前后一年之内的月份。")
        return month
