"""The figures of the workbench, each a filter of a list that it links to."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.utils import timezone

from districts.duties import Duty
from districts.nouns import nouns
from districts.posts.models import Appointment
from districts.units.models import Unit
from districts.waiting import COLUMNS, Kind
from partybuilding.matters.orders.models import ON_TIME, AssignmentStep, Order, OrderAssignment

SHOWN = 6


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


TODOS = {"accept": Duty.ACCEPT, "answer": Duty.ISSUE, "handle": Duty.HANDLE}  # the most urgent first


def todos(user, duties):
    """What waits for this person, most urgent first, and how many of each kind; `duties` are those that they hold."""
    shares = OrderAssignment.objects.all()
    waiting = {todo: shares.waits_for(user, todo) for todo, duty in TODOS.items() if duty in duties}
    kind = Case(*(When(where, then=Value(todo)) for todo, where in waiting.items()), output_field=CharField())
    rows = shares.filter(state__in=OrderAssignment.WAITING).annotate(todo=kind).exclude(todo=None)
    counts = dict(rows.order_by().values_list("todo").annotate(n=Count("pk"))) if waiting else {}
    sign = Order.objects.where_user_may(user, Duty.SIGN).filter(state=Order.State.DRAFT, kind=Order.Kind.DECREE)
    return {
        "todos": [(share.todo, share) for share in rows.for_list().with_report_day()[:SHOWN]] if counts else [],
        "to_sign": list(sign.for_list()[:SHOWN]) if Duty.SIGN in duties else [],
        "todo_count": sum(counts.values()),
        **{f"{todo}_count": counts.get(todo, 0) for todo in TODOS},
    }


def figures(user, units):
    """The counts over the shares in the user's charge, and for each of their unit's ids those at it or below.

    One query for both: counts add up, rates never do.
    """
    rows = _rows_by_unit(shares_in_charge(user))
    today = timezone.localdate()
    own = _with_rate(_sum(rows)) | {"since": today.replace(day=1), "until": today}
    return own, _by_unit(rows, units)


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


@dataclass(frozen=True)
class Notice:
    """One row of a person's first page: of which kind, and the template of its noun that draws it."""

    kind: Kind
    template: str
    row: dict


def notices(user, posts):
    """({kind: number} of what is only counted, the Notices in the order of their ranks): of every noun, in one query."""
    legs = [leg for noun in nouns() if noun.notices for leg in noun.notices(user, posts)]
    found = [dict(zip(COLUMNS, values, strict=True)) for values in legs[0].union(*legs[1:], all=True)]
    known = {kind.code: (kind, noun.notice) for noun in nouns() for kind in noun.kinds}
    shown = [Notice(*known[row["notice"]], row) for row in found if row["notice"] in known]
    counts = Counter({row["notice"]: row["key"] for row in found if row["notice"] not in known})
    return counts, sorted(shown, key=lambda notice: (notice.kind.rank, notice.row["what"]))


def units_in_charge(user, posts):
    """The units that the user answers for, one level below their highest post; with a single community, that one.

    For the whole street also the numbers of 1+10+24+N, else None.
    """
    if not posts:
        return [], None
    top = posts[0].unit
    kinds = [Unit.Kind.CENTER] if top.kind == Unit.Kind.COMMITTEE else [Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE]
    seen = list(
        Unit.objects.where_user_may(user, Duty.VIEW).active().select_related("parent").order_by("tree_id", "lft")
    )
    units = [unit for unit in seen if unit.kind in kinds]
    _describe(units, seen)
    return units, _counted(seen) if top.kind == Unit.Kind.COMMITTEE else None


def _describe(units, seen):
    """Put on each tile who leads the unit, and what lies below it."""
    leads = {Unit.Kind.CENTER: "commissioner", Unit.Kind.COMMUNITY: "secretary", Unit.Kind.VILLAGE: "secretary"}
    held = Appointment.objects.valid_on(timezone.localdate()).filter(unit__in=[u.pk for u in units])
    names = {(a.unit_id, a.post): a.user.name for a in held.select_related("user")}
    for unit in units:
        word = "专员" if unit.kind == Unit.Kind.CENTER else "书记"
        name = names.get((unit.pk, leads[unit.kind]))
        below = [u for u in seen if u.parent_id == unit.pk]
        branches = sum(u.kind == Unit.Kind.BRANCH and unit.lft < u.lft < unit.rght for u in seen)
        unit.led_by = (
            f"{word} {name or '空缺'} · {f'{len(below)} 社区 ' if unit.kind == Unit.Kind.CENTER else ''}{branches} 支部"
        )
        unit.below = "、".join(u.name.removesuffix("社区") for u in below) if unit.kind == Unit.Kind.CENTER else ""


def _counted(seen):
    kinds = Counter(unit.kind for unit in seen)
    communities = kinds[Unit.Kind.COMMUNITY] + kinds[Unit.Kind.VILLAGE]
    return {"centers": kinds[Unit.Kind.CENTER], "communities": communities, "branches": kinds[Unit.Kind.BRANCH]}


def latest_steps(user):
    """The newest steps on shares in the user's charge."""
    seen = shares_in_charge(user).values("pk")
    steps = AssignmentStep.objects.filter(assignment__in=seen).select_related("assignment__unit", "assignment__order")
    return steps.order_by("-taken_at", "-pk")[:SHOWN]


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


def _counted_by_day(rows):
    return rows.annotate(n=Count("pk")).values_list("day", "what", "n")
