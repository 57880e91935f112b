"""考核方案: read by everyone, drawn up and tried by the assessing office, approved by a leader."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.records.answering import attempt, takes_steps, to_record
from districts.units.models import Unit
from districts.workflow import NotYours, ways_for, weigh_steps
from partybuilding.assessment.models import Period, SchemeVersion, ScoreSheet
from partybuilding.assessment.periods.months import versions_on
from partybuilding.assessment.schemes import actions as drafting
from partybuilding.assessment.schemes.forms import ApproveForm, ItemSet, VersionForm, initial_of
from partybuilding.assessment.schemes.trial import in_short, try_scheme

ACTIONS = {"try": drafting.try_out, "redraft": drafting.redraft, "approve": drafting.approve}

SAID = {"try": "已转为试运行，可以用过去的月份试算。", "redraft": "已退回草稿。", "approve": "已批准。"}

MONTHS = 12


def street_of_assessor(user):
    return Unit.objects.where_user_may(user, Duty.ASSESS).active().filter(parent=None).first()


@require_http_methods(["GET", "HEAD", "POST"])
def schemes_page(request):
    """Every version that the reader may see; POST draws up a new one from the one in force."""
    street = street_of_assessor(request.user)
    if request.method == "POST":
        if street is None:
            raise Http404
        in_force = versions_on(timezone.localdate())
        version = drafting.draw_up(street, in_force.get(street.pk) or in_force[None], request.user)
        return redirect("scheme_edit", version.pk)
    rows = SchemeVersion.objects.readable_by(request.user).select_related("scheme__street")
    context = {"versions": rows.order_by("scheme__street", "-starts_on", "-number"), "may_draw_up": street is not None}
    return render(request, "assessment/schemes.html", context)


@require_safe
def scheme_page(request, pk):
    version = get_object_or_404(SchemeVersion.objects.readable_by(request.user).select_related("scheme__street"), pk=pk)
    return _page(request, version)


def _page(request, version, refused=None, status=200):
    """`refused` is (verb, form, sentence) of a step that was just refused."""
    steps, apart = weigh_steps(SchemeVersion, [version], request.user)
    forms = [(step, _step_form(version, step, request.user)) for step in steps[version.pk] if step.verb in ACTIONS]
    if refused:
        forms = [(step, refused[1] if step.verb == refused[0] else form) for step, form in forms]
    may_edit = version.is_draft and _drafts(request.user).filter(pk=version.pk).exists()
    context = {
        "version": version,
        "items": version.items.all(),
        "steps": forms,
        "apart": apart[version.pk],
        "error": refused[2] if refused else None,
        "history": version.steps.select_related("by", "for_whom"),
        "may_edit": may_edit,
        "may_drop": may_edit and drafting.is_untried(version),
        "may_try": version.state != "approved",
    }
    return render(request, "assessment/scheme.html", context, status=status)


def _step_form(version, step, user, data=None):
    ways = ways_for(version, step, user)
    form = ApproveForm if step.verb == "approve" else ActingForm
    return form(data, ways=ways, prefix=step.verb)


def _drafts(user):
    return SchemeVersion.objects.where_user_may(user, Duty.ASSESS).filter(state=SchemeVersion.State.DRAFT)


@takes_steps(to_record(SchemeVersion, "scheme_version"))
def take_scheme_step(request, pk, verb):
    if verb not in ACTIONS:
        raise Http404
    step = SchemeVersion.STEPS[verb]
    mine = SchemeVersion.objects.where_user_may(request.user, step.duty).select_related("scheme__street")
    version = get_object_or_404(mine, pk=pk)
    form = _step_form(version, step, request.user, request.POST)
    outcome = attempt(form, partial(ACTIONS[verb], version, request.user))
    if outcome.is_taken:
        messages.success(request, SAID[verb])
        return redirect("scheme_version", version.pk)
    return _page(request, version, (verb, form, outcome.error), status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_scheme(request, pk):
    """A draft's settings and items, saved as a whole."""
    version = get_object_or_404(_drafts(request.user).select_related("scheme__street"), pk=pk)
    if "drop" in request.POST:
        try:
            drafting.drop_draft(version, request.user)
        except NotYours:
            raise Http404 from None
        messages.success(request, "草稿已删除。")
        return redirect("schemes")
    form = VersionForm(request.POST or None, instance=version)
    items = ItemSet(request.POST or None, initial=initial_of(version), prefix="items")
    if form.is_bound and form.is_valid() and items.is_valid():
        try:
            drafting.save_draft(version, items.rows(), request.user, **form.cleaned_data)
            messages.success(request, "草稿已保存。")
            return redirect("scheme_version", version.pk)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    context = {"version": version, "form": form, "items": items}
    return render(request, "assessment/scheme_edit.html", context, status=422 if form.is_bound else 200)


@require_safe
def trial_page(request, pk):
    """A version over a month past: who would move, and why. For whoever draws up or signs schemes."""
    user = request.user
    mine = SchemeVersion.objects.where_user_may(user, Duty.ASSESS) | SchemeVersion.objects.where_user_may(
        user, Duty.SIGN
    )
    version = get_object_or_404(mine.select_related("scheme__street"), pk=pk)
    seen = ScoreSheet.objects.where_user_may(user, Duty.VIEW).current().filter(street=version.scheme.street_id)
    months = Period.objects.filter(pk__in=seen.values("period"))[:MONTHS]
    over = [m for m in months if m.ends_on < timezone.localdate()]
    asked = next((m for m in months if m.code == request.GET.get("month")), over[0] if over else None)
    sheets = (
        seen.filter(period=asked).for_standings().select_related("unit", "settlement__period", "settlement__version")
    )
    trials = try_scheme(version, list(sheets))
    context = {"version": version, "months": over, "period": asked, "trials": trials, "short": in_short(trials)}
    return render(request, "assessment/trial.html", context)
