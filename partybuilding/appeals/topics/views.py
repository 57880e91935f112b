"""每月一题: the list with what came of each, and the choosing of one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from districts.duties import Duty
from districts.records.acting import NOT_AS_CHOSEN
from districts.units.models import Unit
from districts.workflow import NotYours
from partybuilding.appeals.models import MonthlyTopic
from partybuilding.appeals.rates.views import RATED
from partybuilding.appeals.topics.actions import choose_topic, topics_with_progress
from partybuilding.appeals.topics.forms import TopicForm

A_PAGE = 24


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
