"""加减分 and 测评: what counts beside the records, each by two persons."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from districts.posts.duties import Duty
from districts.records.acting import ActingForm
from districts.records.attachments import attachment_response
from districts.workflow import NotYours, StepRefused, kept_apart, ways_for, ways_open
from partybuilding.assessment.adjusting import decide, propose, withdraw
from partybuilding.assessment.catalog import label_of
from partybuilding.assessment.caveats import caveats
from partybuilding.assessment.explain import items_of
from partybuilding.assessment.extra_forms import AdjustmentForm, ApprovalForm, PeerForm, SurveyForm, SurveyWithdrawal
from partybuilding.assessment.grouping import put_into_group
from partybuilding.assessment.models import Adjustment, AdjustmentEvidence, PeerMember, ScoreSheet, Survey
from partybuilding.assessment.scheme_views import street_of_assessor
from partybuilding.assessment.surveying import (
    confirm_survey,
    drop_survey,
    enter_survey,
    units_without_figure,
    why_not_confirmed,
    withdraw_survey,
)
from partybuilding.assessment.taking_back import take_back

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
        if form.is_bound and form.is_valid():
            try:
                decide(adjustment, request.user, **form.cleaned_data)
                messages.success(request, "已登记意见。")
                return redirect("adjustment", pk)
            except StepRefused as refusal:
                error = str(refusal)
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


@require_safe
def adjustment_evidence(request, pk):
    rows = AdjustmentEvidence.objects.where_user_may(request.user, Duty.VIEW)
    return attachment_response(get_object_or_404(rows, pk=pk))


def _street(user):
    street = street_of_assessor(user)
    if street is None:
        raise Http404
    return street


@require_http_methods(["GET", "HEAD", "POST"])
def peers_page(request):
    """The difficulty groups of the street, as they are and as they were."""
    street = _street(request.user)
    form = PeerForm(request.POST or None, street=street)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            put_into_group(street, list(data.pop("units")), request.user, **data)
            messages.success(request, "已保存，从所填日期起生效；过去的月份不变。")
            return redirect("peers")
        except ValidationError as refusal:
            form.add_error(None, refusal)
    members = PeerMember.objects.where_user_may(request.user, Duty.ASSESS).select_related("unit")
    context = {"form": form, "members": members.order_by("-starts_on", "name", "unit__lft")}
    return render(request, "assessment/peers.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_list(request):
    """The surveys of the street, and entering one."""
    street = _street(request.user)
    form = SurveyForm(request.POST or None, street=street)
    if form.is_bound and form.is_valid():
        try:
            survey = enter_survey(street, request.user, **form.cleaned_data)
            messages.success(request, "已录入，请另一位同事核对后确认。")
            return redirect("survey", survey.pk)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    rows = Survey.objects.where_user_may(request.user, Duty.ASSESS).select_related("entered_by")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page}
    return render(request, "assessment/surveys.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_page(request, pk):
    """The figures of a survey as they were typed in; confirmed by a second person, or taken back."""
    rows = Survey.objects.where_user_may(request.user, Duty.ASSESS).select_related(
        "street", "entered_by", "confirmed_by"
    )
    survey, error = get_object_or_404(rows, pk=pk), None
    withdrawal = SurveyWithdrawal(request.POST if "withdraw" in request.POST else None)
    if "drop" in request.POST:
        if not drop_survey(survey):
            raise Http404
        messages.success(request, "已删除，可以重新录入。")
        return redirect("surveys")
    if withdrawal.is_valid():
        act, said = partial(withdraw_survey, survey, request.user), "已撤回，不再计入。已定的月份更正后才变。"
        take_back(request, withdrawal, act, said)
        return redirect("survey", pk)
    if request.method == "POST" and not withdrawal.is_bound:
        try:
            confirm_survey(survey, request.user)
            messages.success(request, "已确认。还没有发出核对的月份几分钟内计入；已发出的重算后、已定的更正后才计入。")
            return redirect("survey", pk)
        except ValidationError as refusal:
            error = "；".join(refusal.messages)
    figures = survey.figures.select_related("unit").order_by("unit__lft")
    context = {
        "survey": survey,
        "figures": figures,
        "error": error,
        "why_not": why_not_confirmed(survey, request.user),
        "without": units_without_figure(survey, request.user),
        "withdrawal": withdrawal,
    }
    status = 409 if error else 422 if withdrawal.errors else 200
    return render(request, "assessment/survey.html", context, status=status)
