"""The figures of the workbench, each a filter of a list that it links to."""

from django.db.models import Count, Q
from django.utils import timezone

from districts.posts.duties import Duty
from districts.units.models import Unit
from partybuilding.orders.models import ON_TIME, AssignmentStep, Order, OrderAssignment

SHOWN = 6


def _counts():
    """What is counted of a set of shares: owed, overdue, soon due, reported, and of those due this month until today n/N."""
    today = timezone.localdate()
    owed = Q(state__in=OrderAssignment.OWED)
    due = Q(due_on__gte=today.replace(day=1), due_on__lte=today)
    return {
        "owed": Count("pk", filter=owed),
        "overdue": Count("pk", filter=owed & Q(due_on__lt=today)),
        "soon": Count("pk", filter=owed & Q(due_on__gte=today, amber_on__lte=today)),
        "reported": Count("pk", filter=Q(state=OrderAssignment.State.REPORTED)),
        "whole": Count("pk", filter=due),
        "part": Count("pk", filter=due & ON_TIME),
        "waiting": Count("pk", filter=due & Q(state=OrderAssignment.State.REPORTED)),
    }


def _seen(user):
    rows = OrderAssignment.objects.where_user_may(user, Duty.VIEW).issued()
    return rows.with_acceptance()


def _with_rate(counts):
    return counts | {"rate": counts["part"] * 100 / counts["whole"] if counts["whole"] else None}


def figures(user):
    """The counts over the shares in the user's charge, and the days that "this month" spans."""
    today = timezone.localdate()
    counts = _seen(user).in_charge_of(user).aggregate(**_counts())
    return _with_rate(counts) | {"since": today.replace(day=1), "until": today}


def todos(user):
    """What waits for this person, most urgent first, and how many of each kind."""
    handle = OrderAssignment.objects.waiting_for(user, "handle")
    accept = OrderAssignment.objects.waiting_for(user, "accept")
    sign = Order.objects.where_user_may(user, Duty.SIGN).filter(state=Order.State.DRAFT, kind=Order.Kind.DECREE)
    found = [("accept", a) for a in accept.for_list().with_report_day()[:SHOWN]] + [
        ("handle", a) for a in handle.for_list()[:SHOWN]
    ]
    counts = OrderAssignment.objects.aggregate(
        handle_count=Count("pk", filter=Q(pk__in=handle.values("pk"))),
        accept_count=Count("pk", filter=Q(pk__in=accept.values("pk"))),
    )
    return counts | {
        "todos": sorted(found, key=lambda row: (row[1].due_on, row[1].pk))[:SHOWN],
        "to_sign": list(sign.for_list()[:SHOWN]),
    }


def unit_figures(user, units):
    """For each unit id the counts at it or below, of the shares that the user may see. Counts add up, rates never do."""
    rows = list(_seen(user).order_by().values("unit__tree_id", "unit__lft").annotate(**_counts()))
    return {unit.pk: _with_rate(_sum(r for r in rows if _is_below(r, unit))) for unit in units}


def _is_below(row, unit):
    return row["unit__tree_id"] == unit.tree_id and unit.lft <= row["unit__lft"] <= unit.rght


def _sum(rows):
    rows = list(rows)
    return {name: sum(row[name] for row in rows) for name in _counts()}


def units_in_charge(user, posts):
    """The units that the user answers for, one level below their highest post; with a single community, that one."""
    if not posts:
        return []
    top = posts[0].unit
    kinds = [Unit.Kind.CENTER] if top.kind == Unit.Kind.COMMITTEE else [Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE]
    return list(Unit.objects.where_user_may(user, Duty.VIEW).active().filter(kind__in=kinds).order_by("tree_id", "lft"))


def latest_steps(user):
    """The newest steps on assignments that the user may see."""
    seen = OrderAssignment.objects.where_user_may(user, Duty.VIEW).values("pk")
    steps = AssignmentStep.objects.filter(assignment__in=seen).select_related("assignment__unit", "assignment__order")
    return steps.order_by("-taken_at", "-pk")[:SHOWN]
