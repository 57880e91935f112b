"""剔除, 挂账: the asking, the answer from outside, and the reviews."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from districts.duties import Duty
from districts.records.answering import attempt, takes_steps, to_record
from partybuilding.appeals.exclusions import actions as excluding
from partybuilding.appeals.models import Appeal, Exclusion
from partybuilding.appeals.pages import answer_form, appeal_page, exclusion_form, review_form, withdrawal_form


@takes_steps(to_record(Appeal, "appeal_detail"))
def ask(request, pk):
    appeal = get_object_or_404(
        Appeal.objects.where_user_may(request.user, Duty.VIEW).select_related("unit", "street"), pk=pk
    )
    if not excluding.may_ask(request.user, appeal):
        raise Http404
    form = exclusion_form(appeal, request.user, request.POST, request.FILES)
    return _taken(
        request,
        appeal,
        form,
        "exclusion_form",
        "已申请；审定前仍计入三率。",
        partial(excluding.ask_exclusion, appeal, request.user),
    )


@takes_steps(to_record(Exclusion, "appeal_detail", "appeal"))
def withdraw(request, pk):
    """撤回 of what nobody has answered yet, by whoever may ask for it."""
    rows = Exclusion.objects.where_user_may(request.user, Duty.VIEW).select_related("appeal__unit", "appeal__street")
    exclusion = get_object_or_404(rows, pk=pk)
    form = withdrawal_form(exclusion, request.user, request.POST)
    act = partial(excluding.withdraw_exclusion, exclusion, request.user)
    return _taken(request, exclusion.appeal, form, "withdrawal_form", "已撤回，可以重新申请。", act)


@takes_steps(to_record(Exclusion, "appeal_detail", "appeal"))
def answer(request, pk):
    mine = Exclusion.objects.where_user_may(request.user, Duty.ASSESS).select_related("appeal__unit", "appeal__street")
    exclusion = get_object_or_404(mine, pk=pk)
    form = answer_form(exclusion, request.user, request.POST)
    return _taken(
        request,
        exclusion.appeal,
        form,
        "answer_form",
        "已登记审定结果。",
        partial(excluding.answer_exclusion, exclusion, request.user),
    )


@takes_steps(to_record(Exclusion, "appeal_detail", "appeal"))
def review(request, pk):
    """复查 of what was suspended: another day of review, or 销账."""
    mine = Exclusion.objects.where_user_may(request.user, Duty.ASSESS).filter(kind=Exclusion.Kind.SUSPENDED)
    exclusion = get_object_or_404(mine.select_related("appeal__unit", "appeal__street"), pk=pk)
    form = review_form(exclusion, request.user, request.POST)
    return _taken(
        request,
        exclusion.appeal,
        form,
        "review_form",
        "已登记复查结果。",
        partial(excluding.review_suspension, exclusion, request.user),
    )


def _taken(request, appeal, form, name, done, act):
    """Do what a valid form says, or show the page again with what was typed."""
    outcome = attempt(form, act)
    if outcome.is_taken:
        messages.success(request, done)
        return redirect("appeal_detail", appeal.pk)
    page = appeal_page(appeal, request.user, error=outcome.error) | {name: form}
    return render(request, "appeals/detail.html", {"appeal": appeal, **page}, status=outcome.status)
