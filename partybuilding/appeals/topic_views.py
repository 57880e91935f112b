"""每月一题: the list with what came of each, and the choosing of one."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.posts.duties import Duty
from districts.records.acting import NOT_AS_CHOSEN, ActingForm
from districts.records.fields import PortalModelForm
from districts.units.models import Unit
from districts.workflow import NotYours, ways_of_posts
from partybuilding.appeals.models import MonthlyTopic
from partybuilding.appeals.rate_views import RATED
from partybuilding.appeals.topics import choose_topic, topics_with_progress

A_PAGE = 24


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


@require_http_methods(["GET", "HEAD", "POST"])
def topics_page(request):
    can_choose = Unit.objects.where_user_may(request.user, Duty.ISSUE).filter(kind__in=RATED).exists()
    if request.method == "POST" and not can_choose:
        raise Http404
    asked = {name: request.GET[name] for name in ("unit", "item", "title") if name in request.GET}
    form = TopicForm(request.POST or None, user=request.user, initial=None if request.POST else asked)
    if form.is_bound and form.is_valid():
        try:
            choose_topic(request.user, **form.cleaned_data)
            messages.success(request, "已列为每月一题。")
            return redirect("appeal_topics")
        except ValidationError as refusal:
            form.show_refused(refusal, at="item")
        except NotYours:
            form.add_error("unit", NOT_AS_CHOSEN)
    rows = MonthlyTopic.objects.where_user_may(request.user, Duty.VIEW).select_related("unit")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form if can_choose else None,
        "page_obj": page,
        "topics": topics_with_progress(page.object_list, request.user),
        "opens": form.is_bound or bool(asked),
    }
    return render(request, "appeals/topics.html", context, status=422 if request.method == "POST" else 200)
