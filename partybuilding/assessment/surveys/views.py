"""测评: entered by one person, confirmed by another."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.records.answering import attempt, take_back
from districts.workflow import NotYours, kept_apart
from partybuilding.assessment.models import Survey
from partybuilding.assessment.schemes.views import street_of_assessor
from partybuilding.assessment.surveys.actions import (
    confirm_survey,
    drop_survey,
    enter_survey,
    units_without_figure,
    withdraw_survey,
)
from partybuilding.assessment.surveys.forms import SurveyForm, SurveyWithdrawal

A_PAGE = 30


def _street(user):
    street = street_of_assessor(user)
    if street is None:
        raise Http404
    return street


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
        except NotYours:
            raise Http404 from None
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
        outcome = attempt(ActingForm(request.POST), partial(confirm_survey, survey, request.user))
        if outcome.is_taken:
            messages.success(request, "已确认。还没有发出核对的月份几分钟内计入；已发出的重算后、已定的更正后才计入。")
            return redirect("survey", pk)
        error = outcome.error
    figures = survey.figures.select_related("unit").order_by("unit__lft")
    context = {
        "survey": survey,
        "figures": figures,
        "error": error,
        "apart": _apart(survey, request.user),
        "history": survey.steps.select_related("by", "for_whom", "appointment__unit"),
        "without": units_without_figure(survey, request.user),
        "withdrawal": withdrawal,
    }
    status = 409 if error else 422 if withdrawal.errors else 200
    return render(request, "assessment/survey.html", context, status=status)


def _apart(survey, user):
    """The sentences why somebody else confirms it; none for whoever may, nor once it is confirmed."""
    why = kept_apart(survey, "confirm", user) if survey.state == Survey.State.ENTERED else ""
    return [why] if why else []
