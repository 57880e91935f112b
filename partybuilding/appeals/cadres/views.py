"""反映干部: the mark on the page of an appeal, and the list of numbers of the 纪检监察工委."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from districts.duties import Duty
from districts.records.answering import attempt, takes_steps, to_page, to_record
from districts.workflow import NotYours, StepRefused, kept_apart
from partybuilding.appeals import actions
from partybuilding.appeals.cadres import actions as cadres
from partybuilding.appeals.cadres.forms import SendBackForm
from partybuilding.appeals.models import Appeal, CadreReport
from partybuilding.appeals.pages import appeal_page, mark_form

A_PAGE = 30


@takes_steps(to_record(Appeal, "appeal_detail"))
def mark(request, pk):
    """标为反映干部: by whoever dispatches for the whole street."""
    mine = Appeal.objects.where_user_may(request.user, Duty.ISSUE).select_related("street", "unit")
    appeal = get_object_or_404(mine, pk=pk)
    if not actions.may_recuse(request.user, appeal):
        raise Http404
    form = mark_form(appeal, request.user, request.POST)
    outcome = attempt(form, partial(cadres.mark, appeal, request.user), at="person")
    if outcome.is_taken:
        messages.success(request, "已标为反映干部：从所有列表、数字和导出中隐去，等纪检监察工委确认。")
        return redirect("appeal_list")
    page = appeal_page(appeal, request.user, error=outcome.error) | {"mark_form": form}
    return render(request, "appeals/detail.html", {"appeal": appeal, **page}, status=outcome.status)


def _mine(request):
    """What the reader may confirm; Http404 for whoever holds no such post."""
    if not any(Duty.CONFIRM in post.duties for post in request.posts):
        raise Http404
    return CadreReport.objects.where_user_may(request.user, Duty.CONFIRM).select_related("appeal__street")


@require_safe
def cadre_reports(request):
    """Numbers and days, nothing else: what waits to be confirmed, and what was."""
    return _page(request)


def _page(request, refused=None, error=None, status=200):
    """`refused` is (report id, bound form) of a return that was not taken."""
    rows = _mine(request).prefetch_related("steps")
    waiting = list(rows.filter(state=CadreReport.State.MARKED))
    for report in waiting:
        report.why_not = kept_apart(report, "confirm", request.user)
        bound = refused and refused[0] == report.pk
        report.form = refused[1] if bound else SendBackForm(prefix=f"return-{report.pk}")
    done = rows.filter(state=CadreReport.State.CONFIRMED).order_by("-pk")
    page = Paginator(done, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "appeals/cadres.html", {"waiting": waiting, "page_obj": page, "error": error}, status=status)


@takes_steps(to_page("cadre_reports"))
def confirm(request, pk):
    report = get_object_or_404(_mine(request), pk=pk)
    try:
        cadres.confirm(report, request.user)
    except NotYours:
        raise Http404 from None
    except StepRefused as refusal:
        return _page(request, error=str(refusal), status=409)
    messages.success(request, f"已确认接收 {report}；门户里只留编号和日期，只有纪检监察工委能看到。")
    return redirect("cadre_reports")


@takes_steps(to_page("cadre_reports"))
def send_back(request, pk):
    report = get_object_or_404(_mine(request), pk=pk)
    form = SendBackForm(request.POST, prefix=f"return-{report.pk}")
    outcome = attempt(form, partial(cadres.send_back, report, request.user))
    if not outcome.is_taken:
        return _page(request, refused=(report.pk, form), error=outcome.error, status=outcome.status)
    messages.success(request, f"已退回 {report}，按普通诉求继续办理。")
    return redirect("cadre_reports")
