"""What the page of an appeal shows: what was done inside, and the forms of what the user may do."""

from districts.access import appointments_of
from districts.apart import others_who_could
from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.workflow import kept_apart, ways_for, ways_open, weigh_steps
from partners.organisations.actions import serving_on
from partybuilding.appeals import actions
from partybuilding.appeals.cadres.forms import MarkForm
from partybuilding.appeals.estates.forms import FindForm
from partybuilding.appeals.exclusions.actions import asking_duty, may_ask
from partybuilding.appeals.exclusions.forms import ExclusionAnswerForm, ExclusionForm, ReviewForm
from partybuilding.appeals.forms import AssignForm, CallBackForm, NoteForm, RecuseForm
from partybuilding.appeals.models import Appeal, CadreReport, Exclusion
from partybuilding.appeals.similar import solved_alike
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order


def appeal_page(appeal, user, refused=None, error=None):
    """What the page of an appeal shows. `refused` is (verb, bound form) of a step that was not taken."""
    held = appointments_of(user)
    steps, apart = weigh_steps(Appeal, [appeal], user, held)
    forms = {
        step.verb: step_form(appeal, step.verb, user, held=held)
        for step in steps[appeal.pk]
        if appeal.is_by_hand or step.verb not in Appeal.BY_HAND
    }
    if "find_estate" in forms and not forms["find_estate"].known:
        del forms["find_estate"]  # no 小区 of its unit is known
    if appeal.is_recused or ("assign" in forms and not forms["assign"].fields["to_unit"].queryset.exists()):
        forms.pop("assign", None)  # nowhere else to send it
    if refused:
        forms[refused[0]] = refused[1]
    exclusions = list(appeal.exclusions.prefetch_related("evidence", "steps__by", "steps__for_whom"))
    now = next((e for e in exclusions if e.state in {Exclusion.State.ASKED, Exclusion.State.GRANTED}), None)
    forms_now = {} if now is None or not can_answer(now, user) else _answering(now, user, held)
    return {
        "history": appeal.steps.select_related("by", "for_whom", "appointment__unit", "to_unit"),
        "steps": [(Appeal.STEPS[verb], form) for verb, form in forms.items()],
        "apart": apart[appeal.pk] if appeal.is_by_hand else [],
        "logs": WorkLog.objects.where_user_may(user, Duty.VIEW).made_from(appeal).standing().for_list(),
        "orders": Order.objects.where_user_may(user, Duty.VIEW).made_from(appeal).for_list(),
        **_by_the_street(appeal, user, held),
        "serving": serving_on(appeal.estate, appeal.called_on) if appeal.estate else [],
        "exclusions": exclusions,
        "exclusion_form": exclusion_form(appeal, user, held=held) if now is None and may_ask(user, appeal) else None,
        **forms_now,
        "withdrawal_form": withdrawal_form(now, user, held=held) if now is not None and now.is_asked else None,
        "alike": solved_alike(appeal, user),
        "error": error,
    }


def _by_the_street(appeal, user, held):
    """What is made from an appeal, and from whom it is kept; of 反映干部 nothing is made, and only the street reads how it stands."""
    is_street = actions.may_recuse(user, appeal)
    report = CadreReport.objects.where_user_may(user, Duty.ISSUE).filter(appeal=appeal).first() if is_street else None
    is_marked = report is not None and report.state == CadreReport.State.MARKED
    return {
        "can_log": not is_marked and any(Duty.LOG in a.duties for a in held),
        "can_issue": not is_marked and any(Duty.ISSUE in a.duties for a in held),
        "recuse_form": recuse_form(appeal, user, held=held) if is_street else None,
        "can_seal": is_street and not appeal.is_sealed and actions.may_seal(user, appeal),
        "mark_form": mark_form(appeal, user, held=held) if is_street and not is_marked else None,
        "cadre_report": report,
        "cadre_return": report.steps.filter(verb="return").last() if report and not is_marked else None,
        "confirmers": others_who_could(report, CadreReport.STEPS["confirm"], report.steps.all()) if is_marked else "",
    }


def mark_form(appeal, user, data=None, held=None):
    return MarkForm(data, appeal=appeal, ways=ways_open(user, Duty.ISSUE, appeal.street, held), prefix="cadre")


def _answering(exclusion, user, held):
    """The form that records what comes next of an exclusion, where anything does, or why somebody else must."""
    verb = "grant" if exclusion.state == Exclusion.State.ASKED else "review"
    if verb == "review" and exclusion.kind != Exclusion.Kind.SUSPENDED:
        return {}
    if why := kept_apart(exclusion, verb, user):
        return {"answer_apart": [why]}
    if exclusion.state == Exclusion.State.ASKED:
        return {"answer_form": answer_form(exclusion, user, held=held)}
    return {"review_form": review_form(exclusion, user, held=held)}


def step_form(appeal, verb, user, data=None, held=None):
    ways = ways_for(appeal, Appeal.STEPS[verb], user, held)
    if verb == "assign":
        return AssignForm(data, appeal=appeal, user=user, ways=ways, prefix=verb)
    if verb == "call_back":
        return CallBackForm(data, ways=ways, prefix=verb)
    if verb == "find_estate":
        return FindForm(data, appeal=appeal, ways=ways, prefix=verb)
    if verb == "sign":
        return ActingForm(data, ways=ways, prefix=verb)
    return NoteForm(data, asks=Appeal.STEPS[verb].asks, ways=ways, prefix=verb)


def recuse_form(appeal, user, data=None, held=None):
    return RecuseForm(data, appeal=appeal, ways=ways_open(user, Duty.ISSUE, appeal.street, held))


def exclusion_form(appeal, user, data=None, files=None, held=None):
    return ExclusionForm(
        data, files, ways=ways_open(user, asking_duty(user, appeal), appeal.unit, held, appeal), prefix="exclusion"
    )


def answer_form(exclusion, user, data=None, held=None):
    return ExclusionAnswerForm(data, ways=ways_for(exclusion, Exclusion.STEPS["grant"], user, held), prefix="answer")


def review_form(exclusion, user, data=None, held=None):
    return ReviewForm(data, ways=ways_for(exclusion, Exclusion.STEPS["review"], user, held), prefix="review")


def withdrawal_form(exclusion, user, data=None, held=None):
    """For whoever may ask there; None for everybody else."""
    ways = ways_for(exclusion, Exclusion.STEPS["withdraw"], user, held)
    return ActingForm(data, ways=ways, prefix="withdraw") if ways else None


def can_answer(exclusion, user):
    return Exclusion.objects.where_user_may(user, Duty.ASSESS).filter(pk=exclusion.pk).exists()
