"""加减分: proposed by the office, decided by a leader."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.records.answering import attempt, take_back
from districts.workflow import NotYours, kept_apart, ways_for, ways_open
from partybuilding.assessment.adjustments.actions import decide, propose, withdraw
from partybuilding.assessment.adjustments.caveats import caveats
from partybuilding.assessment.adjustments.forms import AdjustmentForm, ApprovalForm
from partybuilding.assessment.catalog import label_of
from partybuilding.assessment.models import Adjustment, ScoreSheet
from partybuilding.assessment.scoring.explaining import items_of

A_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def adjust(request, pk):
    """Propose an adjustment of a unit's period."""
    rows = ScoreSheet.objects.where_user_may(request.user, Duty.ASSESS).current()
    sheet = get_object_or_404(rows.select_related("unit", "settlement__period", "settlement__version"), pk=pk)
    ways = ways_open(request.user, Duty.ASSESS, sheet.unit)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AdjustmentForm(*given, items=items_of(sheet), ways=ways)
    if form.is_bound and form.is_valid():
        try:
            adjustment = propose(sheet, request.user, **form.cleaned_data)
            how = "这个月已经定了，批准后由考核工作小组更正才计入" if sheet.is_final else "批准后计入"
            messages.success(request, f"已提出，等街道领导批准；{how}。")
            return redirect("adjustment", adjustment.pk)
        except NotYours:
            raise Http404 from None
    context = {"sheet": sheet, "form": form}
    return render(request, "assessment/adjust.html", context, status=422 if form.is_bound else 200)


@require_safe
def adjustment_list(request):
    rows = Adjustment.objects.where_user_may(request.user, Duty.VIEW).select_related("unit", "period")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "assessment/adjustments.html", {"page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
def adjustment_page(request, pk):
    """One adjustment, and the decision for whoever signs."""
    rows = Adjustment.objects.where_user_may(request.user, Duty.VIEW).select_related("unit", "period")
    adjustment = get_object_or_404(rows, pk=pk)
    is_mine = Adjustment.objects.where_user_may(request.user, Duty.SIGN).filter(pk=pk).exists()
    if "withdraw" in request.POST:
        act = partial(withdraw, adjustment, request.user)
        take_back(request, _withdrawal(request.user, adjustment, request.POST), act, "已撤回。")
        return redirect("adjustment", pk)
    if request.method == "POST" and not is_mine:
        raise Http404
    form, error = None, None
    is_open = is_mine and adjustment.state == Adjustment.State.PROPOSED
    apart = kept_apart(adjustment, "approve", request.user) if is_open else ""
    if (is_open and not apart) or request.method == "POST":
        ways = ways_for(adjustment, Adjustment.STEPS["approve"], request.user)
        form = ApprovalForm(request.POST or None, ways=ways)
        outcome = attempt(form, partial(decide, adjustment, request.user))
        if outcome.is_taken:
            messages.success(request, "已登记意见。")
            return redirect("adjustment", pk)
        error = outcome.error
    context = {
        "adjustment": adjustment,
        "label": label_of(adjustment.indicator) if adjustment.indicator else "",
        "history": adjustment.steps.select_related("by", "for_whom", "appointment__unit"),
        "evidence": adjustment.evidence.all(),
        "form": form,
        "error": error,
        "apart": [apart] if apart else [],
        "withdrawal": _withdrawal(request.user, adjustment) if adjustment.state == Adjustment.State.PROPOSED else None,
        "caveats": _caveats(adjustment, request.user),
    }
    status = 409 if error else 422 if request.method == "POST" else 200
    return render(request, "assessment/adjustment.html", context, status=status)


def _caveats(adjustment, user):
    if adjustment.state != Adjustment.State.PROPOSED:
        return []
    rows = ScoreSheet.objects.where_user_may(user, Duty.VIEW).current()
    rows = rows.filter(period=adjustment.period_id, unit=adjustment.unit_id)
    sheet = rows.select_related("unit", "settlement__period", "settlement__version").first()
    return caveats(adjustment, sheet) if sheet else []


def _withdrawal(user, adjustment, data=None):
    """The form for the office that proposes; None for everybody else."""
    ways = ways_open(user, Duty.ASSESS, adjustment.unit)
    return ActingForm(data, ways=ways, prefix="withdraw") if ways else None
