"""The figures of the workbench, each a filter of a list that it links to."""

from django.db.models import Count, Q
from django.utils import timezone

from districts.posts.duties import Duty
from districts.units.models import Unit
from partybuilding.orders.models import ON_TIME, AssignmentStep, Order, OrderAssignment, due_records

SHOWN = 6


def figures(user):
    """Counts over the shares in the user's charge: owed, overdue, reported; and this month's on-time n/N."""
    today = timezone.localdate()
    seen = OrderAssignment.objects.where_user_may(user, Duty.VIEW).issued().in_charge_of(user)
    owed = Q(state__in=OrderAssignment.OWED)
    counts = seen.aggregate(
        owed=Count("pk", filter=owed),
        overdue=Count("pk", filter=owed & Q(due_on__lt=today)),
        reported=Count("pk", filter=Q(state=OrderAssignment.State.REPORTED)),
        soon=Count("pk", filter=owed & Q(due_on__gte=today, amber_on__lte=today)),
    )
    return counts | due_so_far(seen, today)


def due_so_far(seen, today):
    """Of what fell due this month until today: how many (`whole`) and how many on time (`part`)."""
    due = due_records(today.replace(day=1), today).filter(pk__in=seen.values("pk"))
    counts = due.aggregate(whole=Count("pk"), part=Count("pk", filter=ON_TIME))
    rate = counts["part"] * 100 / counts["whole"] if counts["whole"] else None
    return counts | {"rate": rate, "since": today.replace(day=1), "until": today}


def todos(user):
    """What waits for this person, most urgent first, and how many of each kind."""
    handle = OrderAssignment.objects.waiting_for(user, "handle")
    accept = OrderAssignment.objects.waiting_for(user, "accept")
    sign = Order.objects.where_user_may(user, Duty.SIGN).filter(state=Order.State.DRAFT, kind=Order.Kind.DECREE)
    found = [("accept", a) for a in accept.for_list()[:SHOWN]] + [("handle", a) for a in handle.for_list()[:SHOWN]]
    return {
        "todos": sorted(found, key=lambda row: (row[1].due_on, row[1].pk))[:SHOWN],
        "to_sign": list(sign.for_list()[:SHOWN]),
        "handle_count": handle.count(),
        "accept_count": accept.count(),
    }


def unit_figures(user, units):
    """For each unit id: owed and overdue assignments at it or below, and this month's on-time n/N, of those the user may see."""
    today = timezone.localdate()
    seen = OrderAssignment.objects.where_user_may(user, Duty.VIEW).issued()
    owed, late = _fold(units, _per_unit(seen.owed())), _fold(units, _per_unit(seen.overdue()))
    due = due_records(today.replace(day=1), today).filter(pk__in=seen.values("pk"))
    whole, part = _fold(units, _per_unit(due)), _fold(units, _per_unit(due.filter(ON_TIME)))
    return {
        u.pk: {
            "owed": owed[u.pk],
            "overdue": late[u.pk],
            "part": part[u.pk],
            "whole": whole[u.pk],
            "rate": part[u.pk] * 100 / whole[u.pk] if whole[u.pk] else None,
        }
        for u in units
    }


def _per_unit(rows):
    return rows.order_by().values("unit__tree_id", "unit__lft").annotate(n=Count("pk"))


def _fold(units, rows):
    """Counts of the rows at or below each unit; counts add up, rates never do."""
    found = [(r["unit__tree_id"], r["unit__lft"], r["n"]) for r in rows]
    return {u.pk: sum(n for tree, lft, n in found if tree == u.tree_id and u.lft <= lft <= u.rght) for u in units}


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
