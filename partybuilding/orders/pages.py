"""What the page of an order shows: its shares, their steps and evidence, and the forms of the steps open to the user."""

from django.db.models import Prefetch

from districts.access import appointment_for
from districts.posts.duties import HANDLES_FOR, Duty
from districts.workflow import open_steps
from partybuilding.orders.forms import ReportForm, StepForm
from partybuilding.orders.models import AssignmentStep, Order, OrderAssignment
from partybuilding.worklogs.models import WorkLog


def order_page(order, user, refused=None, error=None):
    """Template values. `refused` is (assignment id, verb, bound form) of a step that was not taken."""
    shares = list(shares_of(order, user))
    steps = open_steps(OrderAssignment, shares, user)
    for share in shares:
        share.forms = [
            (step, share.step_label(step), _form_for(share, step, user, refused)) for step in steps[share.pk]
        ]
    order_steps = {s.verb for s in open_steps(Order, [order], user)[order.pk]}
    is_decree = order.kind == Order.Kind.DECREE
    return {
        "shares": shares,
        "order_history": order.steps.select_related("by", "appointment__unit"),
        "can_issue": ("sign" if is_decree else "issue") in order_steps,
        "can_edit": "issue" in order_steps or ("resign" if is_decree else "amend") in order_steps,
        "can_log": any(step.verb == "report" for share in shares for step, _, _ in share.forms),
        "error": error,
    }


def shares_of(order, user):
    """The shares that the user may see, each with its steps; of a step's evidence, the logs that the user may see."""
    seen_logs = WorkLog.objects.where_user_may(user, Duty.VIEW).select_related("created_by")
    steps = AssignmentStep.objects.select_related("by", "for_whom", "appointment__unit")
    rows = OrderAssignment.objects.where_user_may(user, Duty.VIEW).filter(order=order).select_related("unit", "order")
    return rows.order_by("pk").prefetch_related(
        Prefetch("steps", steps.prefetch_related(Prefetch("logs", seen_logs, to_attr="seen_logs")))
    )


def step_form(assignment, verb, user, data=None):
    """The form of a step: a report picks evidence, the others take a note."""
    acts_for_head = False
    if assignment.STEPS[verb].duty == Duty.HANDLE:
        appointment = appointment_for(user, Duty.HANDLE, assignment.unit)
        acts_for_head = appointment is not None and appointment.post in HANDLES_FOR
    prefix = f"{verb}-{assignment.pk}"
    if verb == "report":
        return ReportForm(data, user=user, assignment=assignment, acts_for_head=acts_for_head, prefix=prefix)
    asks = "请写明退回原因、还缺什么。" if verb == "return" else None
    return StepForm(data, acts_for_head=acts_for_head, asks=asks, prefix=prefix)


def _form_for(share, step, user, refused):
    if refused and refused[:2] == (share.pk, step.verb):
        return refused[2]
    return step_form(share, step.verb, user)
