"""履职清单: what a person led, did and visited in a span of days, each by its record. Never a score, never a count to compare."""

from dataclasses import dataclass

from django.db.models import Q

from districts.duties import Duty
from partybuilding.appeals.models import Appeal, AppealStep
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment, OrderStep

MOST = 200  # the newest of a kind
ISSUED, DONE, ANSWERED = ("issue", "sign"), ("report",), ("accept", "return", "grant", "deny")


@dataclass(frozen=True)
class Part:
    """One kind of what was done: [(day, text, where, URL name, key)], the newest first."""

    label: str
    rows: list


def duties_of(person, reader, since, until):
    """The Parts of a person's list, of what the reader may see."""
    return [
        Part("签发、交办", _issued(person, reader, since, until)),
        Part("报结（办成）", _shares(person, reader, since, until, DONE)),
        Part("审核、答复", _shares(person, reader, since, until, ANSWERED)),
        Part("办理居民诉求", _appeals(person, reader, since, until)),
        Part("走访、工作日志", _logs(person, reader, since, until)),
    ]


def _done_by(person, since, until):
    """Steps entered by the person for themself, or by somebody else for them."""
    mine = Q(by=person, for_whom=None) | Q(for_whom=person)
    return mine & Q(taken_on__gte=since, taken_on__lte=until)


def _issued(person, reader, since, until):
    seen = Order.objects.where_user_may(reader, Duty.VIEW).values("pk")
    steps = OrderStep.objects.filter(_done_by(person, since, until), verb__in=ISSUED, order__in=seen)
    rows = steps.select_related("order__unit").order_by("-taken_at")[:MOST]
    return [(s.taken_on, s.order.title, s.order.unit.name, "order_detail", s.order_id) for s in rows]


def _shares(person, reader, since, until, verbs):
    seen = OrderAssignment.objects.where_user_may(reader, Duty.VIEW).values("pk")
    steps = AssignmentStep.objects.filter(_done_by(person, since, until), verb__in=verbs, assignment__in=seen)
    rows = steps.select_related("assignment__order", "assignment__unit").order_by("-taken_at")[:MOST]
    return [
        (s.taken_on, f"{s.label}：{s.assignment.order.title}", s.assignment.unit.name, "order_detail", s.assignment.order_id)
        for s in rows
    ]  # fmt: skip


def _appeals(person, reader, since, until):
    seen = Appeal.objects.where_user_may(reader, Duty.VIEW).values("pk")
    steps = AppealStep.objects.filter(_done_by(person, since, until), appeal__in=seen)
    rows = steps.select_related("appeal__unit").order_by("-taken_at")[:MOST]
    return [
        (s.taken_on, f"{s.label}：{s.appeal.title or s.appeal.number}", s.appeal.unit.name, "appeal_detail", s.appeal_id)
        for s in rows
    ]  # fmt: skip


def _logs(person, reader, since, until):
    rows = WorkLog.objects.where_user_may(reader, Duty.VIEW).filter(created_by=person)
    rows = rows.filter(happened_on__gte=since, happened_on__lte=until).select_related("unit")
    rows = rows.order_by("-happened_on", "-pk")[:MOST]
    return [(r.happened_on, r.text[:80], r.unit.name, "worklog_detail", r.pk) for r in rows]
