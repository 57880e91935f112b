"""What the portal's pages know of orders, and of each unit's share."""

from functools import partial

from django.db.models import Max, OuterRef, Q, Subquery
from django.utils import timezone

from districts.calendar.workdays import WorkingDays
from districts.duties import Duty
from districts.nouns import BriefPart, Done, Latest, Noun, Owed
from districts.records.models import done_by
from partybuilding.matters.orders.figures import figures, shares_in_charge, trend
from partybuilding.matters.orders.leaving import ORDERS, SHARES
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment, OrderStep
from partybuilding.matters.orders.reminders import reminders
from partybuilding.matters.orders.todos import drafts_to_do, shares_to_do

MOST, SHOWN = 200, 12  # the newest, or longest waits, of a kind; of a brief
# The states in which a share waits for an answer.
RAISED = {"paused": "申请延期，待批复", "reported": "已报结，待审核"}


def _issued(person, reader, since, until):
    seen = Order.objects.where_user_may(reader, Duty.VIEW).values("pk")
    steps = OrderStep.objects.filter(done_by(person, since, until), verb__in=("issue", "sign"), order__in=seen)
    rows = steps.select_related("order__unit").order_by("-taken_at")[:MOST]
    return [(s.taken_on, s.order.title, s.order.issuer, ORDER.address_of(s.order)) for s in rows]


def _shares(verbs, person, reader, since, until):
    seen = OrderAssignment.objects.where_user_may(reader, Duty.VIEW).values("pk")
    steps = AssignmentStep.objects.filter(done_by(person, since, until), verb__in=verbs, assignment__in=seen)
    following = AssignmentStep.objects.filter(assignment=OuterRef("assignment"), pk__gt=OuterRef("pk")).order_by("pk")
    steps = steps.annotate(following=Subquery(following.values("verb")[:1]))
    steps = steps.filter(~Q(following="unreport") | Q(following=None))  # what was taken back was not done
    rows = steps.select_related("assignment__order", "assignment__unit").order_by("-taken_at")[:MOST]
    return [
        (s.taken_on, f"{s.label}：{s.assignment.order.title}", s.assignment.unit.name, address_of(s.assignment))
        for s in rows
    ]


def address_of(share):
    """On the page of its order."""
    return f"{ORDER.address_of(share.order)}#share-{share.pk}"


def _owed(user):
    """Everything in the user's sight that waits for an answer from above, the longest wait first."""
    rows = OrderAssignment.objects.where_user_may(user, Duty.VIEW).filter(state__in=RAISED)
    raised = Q(state="paused", steps__verb="extend") | Q(state="reported", steps__verb="report")
    rows = rows.for_list().select_related("unit__parent")
    rows = rows.annotate(since=Max("steps__taken_on", filter=raised)).order_by("since", "pk")
    rows, today = list(rows[:MOST]), timezone.localdate()
    calendar = WorkingDays(rows[0].since) if rows else None
    return [
        Owed(
            unit=share.unit,
            by=share.answering_unit.name,
            what=RAISED[share.state],
            title=share.order.title,
            since=share.since,
            days=calendar.between(share.since, today),
            address=address_of(share),
        )
        for share in rows
    ]


def _brief(user, units):
    rows = OrderAssignment.objects.where_user_may(user, Duty.VIEW).issued().filter(unit__in=units)
    return [BriefPart("在办的事", [_line(share) for share in rows.owed().for_list()[:SHOWN]], "没有。")]


def _line(share):
    due = f"{share.due_on.month}月{share.due_on.day}日到期"
    late = f"逾期 {share.days_late} 天" if share.is_overdue else ""
    return f"{share.order.title}（{share.unit.name}，{share.state_label}，{due}）", late


def _latest(user, most):
    """The newest steps on shares in the user's charge."""
    seen = shares_in_charge(user).values("pk")
    steps = AssignmentStep.objects.filter(assignment__in=seen).select_related("assignment__unit", "assignment__order")
    return [
        Latest(s.taken_at, s.assignment.unit, s.label, s.assignment.order.title, ORDER.address_of(s.assignment.order))
        for s in steps.order_by("-taken_at", "-pk")[:most]
    ]


ORDER = Noun(
    key="order",
    label="事项",
    icon="clipboard-check",
    model=Order,
    address="order_detail",
    called=lambda order: order.title,
    search=lambda rows, words: rows.search(words).for_list(),
    found="orders/_found.html",
    paths={"unit": "所在单位", "assignments__unit": "承办单位"},
    done=(Done("签发、交办", _issued),),
    todos=drafts_to_do,
    todo="orders/_draft.html",
    open_work=(SHARES, ORDERS),
)
SHARE = Noun(
    key="share",
    label="承办",
    icon="clipboard-check",
    model=OrderAssignment,
    address="order_detail",
    paths={"unit": "所在单位", "order__unit": "交办单位", "order__lead_unit": "牵头单位"},
    done=(
        Done("报结（办成）", partial(_shares, ("report",))),
        Done("审核、答复", partial(_shares, ("accept", "return", "grant", "deny"))),
    ),
    owed=_owed,
    reminders=reminders,
    todos=shares_to_do,
    todo="orders/_todo.html",
    figures=figures,
    cards="orders/_cards.html",
    tile="orders/_tile.html",
    trend=trend,
    latest=_latest,
    brief=_brief,
)
