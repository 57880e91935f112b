"""The figures of units' shares, each a filter of the list that it links to."""

from collections import Counter
from datetime import timedelta

from django.db.models import Count, F, Q, Value
from django.utils import timezone

from districts.duties import Duty
from districts.nouns import Figures, Trend
from partybuilding.matters.orders.models import ON_TIME, AssignmentStep, OrderAssignment


def _counts():
    """What is counted of a set of shares: owed, overdue, soon due, reported, and of those due this month until today n/N."""
    today = timezone.localdate()
    owed, running = Q(state__in=OrderAssignment.OWED), Q(state__in=OrderAssignment.RUNNING)
    due = Q(due_on__gte=today.replace(day=1), due_on__lte=today) & ~Q(state=OrderAssignment.State.PAUSED)
    return {
        "owed": Count("pk", filter=owed),
        "overdue": Count("pk", filter=running & Q(due_on__lt=today)),
        "soon": Count("pk", filter=running & Q(due_on__gte=today, amber_on__lte=today)),
        "reported": Count("pk", filter=Q(state=OrderAssignment.State.REPORTED)),
        "whole": Count("pk", filter=due),
        "part": Count("pk", filter=due & ON_TIME),
        "waiting": Count("pk", filter=due & Q(state=OrderAssignment.State.REPORTED)),
    }


def shares_in_charge(user):
    """The issued shares at units that the user's posts cover: one of the gate's ways, which a database looks up."""
    return OrderAssignment.objects.in_charge_of(user).issued()


def seen_shares(user):
    return OrderAssignment.objects.where_user_may(user, Duty.VIEW).issued()


def _with_rate(counts):
    return counts | {"rate": counts["part"] * 100 / counts["whole"] if counts["whole"] else None}


def figures(user, units):
    """The counts over the shares in the user's charge, and for each of their unit's ids those at it or below.

    One query for both: counts add up, rates never do.
    """
    rows = _rows_by_unit(shares_in_charge(user))
    today = timezone.localdate()
    own = _with_rate(_sum(rows)) | {"since": today.replace(day=1), "until": today}
    return Figures(own, _by_unit(rows, units), "本月到期至今，按期办结")


def unit_figures(user, units):
    """For each unit id the counts at it or below, of the shares that the user may see."""
    return _by_unit(_rows_by_unit(seen_shares(user)), units)


def _rows_by_unit(shares):
    rows = shares.with_acceptance().current().order_by().values("unit__tree_id", "unit__lft")
    return list(rows.annotate(**_counts()))


def _by_unit(rows, units):
    return {unit.pk: _with_rate(_sum([r for r in rows if _is_below(r, unit)])) for unit in units}


def _is_below(row, unit):
    return row["unit__tree_id"] == unit.tree_id and unit.lft <= row["unit__lft"] <= unit.rght


def _sum(rows):
    return {name: sum(row[name] for row in rows) for name in _counts()}


WEEKS = 12


def weekly_trend(shares):
    """Of the last twelve weeks: (the week's Monday, shares issued, shares accepted), one query whatever the rows."""
    today = timezone.localdate()
    first = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    shares = shares.order_by()
    issued = shares.filter(order__issued_on__gte=first).values(day=F("order__issued_on"), what=Value("issued"))
    done = AssignmentStep.objects.order_by().filter(verb="accept", taken_on__gte=first)
    accepted = done.filter(assignment__in=shares.values("pk")).values(day=F("taken_on"), what=Value("accepted"))
    counts = Counter()
    for day, what, n in _counted_by_day(issued).union(_counted_by_day(accepted), all=True):
        counts[first + timedelta(days=(day - first).days // 7 * 7), what] += n
    mondays = [first + timedelta(days=7 * n) for n in range(WEEKS)]
    return [(monday, counts[monday, "issued"], counts[monday, "accepted"]) for monday in mondays]


def trend(user):
    """Of the shares in the user's charge."""
    weeks = weekly_trend(shares_in_charge(user))
    return Trend("事项办理趋势", "近 12 周每周新交办与审核办结的件数", "新交办", "审核办结", weeks)


def _counted_by_day(rows):
    return rows.annotate(n=Count("pk")).values_list("day", "what", "n")
