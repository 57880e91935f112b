"""异议: raised by the units, decided by the office."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.records.answering import attempt, take_back
from districts.workflow import NotYours, kept_apart, ways_for
from partybuilding.assessment.catalog import label_of
from partybuilding.assessment.models import Objection, ScoreSheet
from partybuilding.assessment.objections.actions import (
    decide_objection,
    may_object,
    raise_objection,
    speaking,
    window,
    withdraw_objection,
)
from partybuilding.assessment.objections.forms import DecisionForm, ObjectionForm
from partybuilding.assessment.scoring.explaining import items_of

A_PAGE = 30


def _sheets(user):
    rows = ScoreSheet.objects.where_user_may(user, Duty.VIEW).current()
    return rows.select_related("unit", "settlement__period", "settlement__street", "settlement__version")


@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request, pk):
    """提出异议: by whoever speaks for the unit, in its time."""
    sheet = get_object_or_404(_sheets(request.user), pk=pk)
    if not may_object(request.user, sheet):
        raise Http404
    ways = speaking(request.user, sheet)
    items = items_of(sheet)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ObjectionForm(*given, items=items, ways=ways, initial={"indicator": request.GET.get("indicator", "")})
    if form.is_bound and form.is_valid():
        try:
            objection = raise_objection(sheet, request.user, **form.cleaned_data)
            messages.success(request, "异议已提交，等考核工作小组复核。")
            return redirect("objection", objection.pk)
        except NotYours:
            raise Http404 from None
        except ValidationError as refusal:
            form.add_error(None, refusal)
    context = {"sheet": sheet, "form": form, "until": window(sheet.settlement)}
    return render(request, "assessment/object.html", context, status=422 if form.is_bound else 200)


def _objections(user):
    rows = Objection.objects.where_user_may(user, Duty.VIEW)
    return rows.select_related("sheet__unit", "sheet__settlement__period")


@require_safe
def objection_list(request):
    page = Paginator(_objections(request.user), A_PAGE).get_page(request.GET.get("page"))
    for objection in page.object_list:
        objection.label = label_of(objection.indicator)
    return render(request, "assessment/objections.html", {"page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
def objection_page(request, pk):
    """One objection, and its 复核 for whoever assesses."""
    objection = get_object_or_404(_objections(request.user), pk=pk)
    is_mine = Objection.objects.where_user_may(request.user, Duty.ASSESS).filter(pk=pk).exists()
    if "withdraw" in request.POST:
        act = partial(withdraw_objection, objection, request.user)
        take_back(request, _withdrawal(request.user, objection, request.POST), act, "异议已撤回。")
        return redirect("objection", pk)
    if request.method == "POST" and not is_mine:
        raise Http404
    form, error = None, None
    is_open = is_mine and objection.state == Objection.State.RAISED
    apart = kept_apart(objection, "uphold", request.user) if is_open else ""
    if (is_open and not apart) or request.method == "POST":
        ways = ways_for(objection, Objection.STEPS["uphold"], request.user)
        form = DecisionForm(request.POST or None, ways=ways)
        outcome = attempt(form, partial(decide_objection, objection, request.user))
        if outcome.is_taken:
            messages.success(request, "已登记复核结果。")
            return redirect("objection", pk)
        error = outcome.error
    context = {
        "objection": objection,
        "sheet": objection.sheet,
        "label": label_of(objection.indicator),
        "history": objection.steps.select_related("by", "for_whom", "appointment__unit"),
        "evidence": objection.evidence.all(),
        "form": form,
        "error": error,
        "apart": [apart] if apart else [],
        "withdrawal": _withdrawal(request.user, objection) if objection.state == Objection.State.RAISED else None,
    }
    status = 409 if error else 422 if request.method == "POST" else 200
    return render(request, "assessment/objection.html", context, status=status)


def _withdrawal(user, objection, data=None):
    """The form for whoever speaks for the unit; None for everybody else."""
    ways = ways_for(objection, Objection.STEPS["withdraw"], user)
    return ActingForm(data, ways=ways, prefix="withdraw") if ways else None
