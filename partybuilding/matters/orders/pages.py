"""What the page of an order shows: its shares, their steps and evidence, and the forms of the steps open to the user."""

from django.db.models import Prefetch
from django.utils import timezone

from districts.access import appointments_of, record_condition
from districts.apart import refusal
from districts.calendar.workdays import calendar_warning
from districts.duties import Duty, posts_with
from districts.keeping import persons_kept_from
from districts.posts.models import Appointment, User
from districts.records.acting import ActingForm
from districts.workflow import open_steps, ways_for, weigh_steps
from partybuilding.goals.models import Goal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.forms import AwardForm, DatedStepForm, ReportForm, StepForm
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment

FORMS = {"report": ReportForm, "extend": DatedStepForm, "grant": DatedStepForm}


def order_page(order, user, refused=None, error=None):
    """Template values. `refused` is (assignment id, verb, bound form) of a step that was not taken."""
    shares, held = list(shares_of(order, user)), appointments_of(user)
    steps, apart = weigh_steps(OrderAssignment, shares, user, held)
    for share in shares:
        share.apart = apart[share.pk]
        share.forms = [
            {
                "step": step,
                "label": share.step_label(step),
                "form": _form_for(share, step, user, refused, shares, held),
            }
            for step in steps[share.pk]
        ]
    verbs = {s.verb for s in open_steps(Order, [order], user, held)[order.pk]}
    is_decree = order.kind == Order.Kind.DECREE
    issue_verb = ("sign_post" if is_decree else "post") if order.is_open_call else "sign" if is_decree else "issue"
    award_verb = "sign_award" if is_decree else "award"
    is_kept = bool(verbs and order.came_from_id and persons_kept_from(order))
    return {
        "shares": shares,
        # The goal that an order serves has a gate of its own.
        "goal": order.goal_id and Goal.objects.where_user_may(user, Duty.VIEW).filter(pk=order.goal_id).first(),
        "files": order.files.all(),  # seen by whoever sees the order
        "order_history": order.steps.select_related("by", "for_whom", "appointment__unit"),
        "issue_form": ActingForm(ways=ways_of(order, issue_verb, user, held)) if issue_verb in verbs else None,
        "award_form": award_form(order, user) if award_verb in verbs else None,
        "award_apart": _own_claims(order, shares, user) if award_verb in verbs else [],
        "can_edit": "issue" in verbs
        or (order.amending in verbs and any(s.state not in Order.ACCEPTED for s in shares)),
        "is_kept": is_kept,
        "unhandled": units_without_handler(order) if is_kept else [],
        "calendar_warning": calendar_warning(order.due_on) if order.state == Order.State.DRAFT else "",
        "error": error,
    }


def units_without_handler(order):
    """The units of an order where nobody can handle it, since it is kept from whoever does."""
    shares = OrderAssignment.objects.filter(order=order).select_related("unit").order_by("pk")
    return [share.unit for share in shares if not any(_handles(user, share) for user in handlers_of(share.unit))]


def handlers_of(unit):
    """Whoever holds a post today that handles at a unit."""
    above = unit.get_ancestors(include_self=True).values("pk")
    held = Appointment.objects.valid_on(timezone.localdate()).filter(unit__in=above, post__in=posts_with(Duty.HANDLE))
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


def _handles(user, share):
    condition = record_condition(user, Duty.HANDLE, OrderAssignment)
    return OrderAssignment.objects.filter(condition, pk=share.pk).exists()


def ways_of(record, verb, user, held=None):
    """Under which posts, and for whom, the user may take a step on a record."""
    return ways_for(record, record.STEPS[verb], user, held)


def _own_claims(order, shares, user):
    """Sentences on the units for which the user claimed the order: that it goes to them, somebody else decides."""
    open_to_award = [share for share in shares if share.state == OrderAssignment.State.CLAIMED]
    judged = Order.STEPS["award"].apart_from
    claims = {share: [step for step in share.steps.all() if step.verb in judged] for share in open_to_award}
    return [why for share, deeds in claims.items() if (why := refusal(deeds, f"定给{share.unit.name}", user))]


def award_form(order, user, data=None):
    verb = "sign_award" if order.kind == Order.Kind.DECREE else "award"
    return AwardForm(data, order=order, user=user, ways=ways_of(order, verb, user), prefix="award")


def shares_of(order, user):
    """The shares that the user may see, each with its steps; of a step's evidence, the logs that the user may see."""
    seen_logs = WorkLog.objects.where_user_may(user, Duty.VIEW).select_related("created_by")
    steps = AssignmentStep.objects.select_related("by", "for_whom", "appointment__unit")
    rows = OrderAssignment.objects.where_user_may(user, Duty.VIEW).filter(order=order)
    rows = rows.select_related("unit__parent", "order__unit", "inherited_from")
    return rows.order_by("pk").prefetch_related(
        Prefetch("steps", steps.prefetch_related(Prefetch("logs", seen_logs, to_attr="seen_logs")))
    )


def step_form(assignment, verb, user, data=None, shares=(), held=None):
    """The form of a step: a report picks evidence, a lead's gathers what the others reported; the rest take a note."""
    step, ways = OrderAssignment.STEPS[verb], ways_of(assignment, verb, user, held)
    form = FORMS.get(verb, StepForm)(data, step=step, ways=ways, prefix=f"{verb}-{assignment.pk}")
    if verb == "report":
        form.offer_logs(assignment, user)
        form.initial["note"] = gathered(assignment, shares)
    if verb == "grant":
        asked = assignment.steps.filter(verb="extend").last()
        form.initial["until"] = asked and asked.until
    return form


def gathered(assignment, shares):
    """For the lead's report: what each co-unit last reported, a line each; and who has not reported yet."""
    if not assignment.is_lead:
        return ""
    lines = []
    for share in shares:
        told = [step for step in share.steps.all() if step.verb in {"report", "unreport"}]
        if share.pk != assignment.pk and told and told[-1].verb == "report":  # what was taken back is not told
            lines.append(f"{share.unit.name}：{told[-1].note}")
    return "\n".join(lines)


def _form_for(share, step, user, refused, shares, held):
    if refused and refused[:2] == (share.pk, step.verb):
        return refused[2]
    return step_form(share, step.verb, user, shares=shares, held=held)
