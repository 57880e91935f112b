"""街道欠社区的事: what was raised upward and has had no answer yet, as visible as what was handed down.

Later slices add their lines: a list of `Owed`, each from its own gated queryset.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone

from districts.calendar.workdays import WorkingDays
from districts.duties import Duty
from districts.units.models import Unit
from partybuilding.matters.orders.models import OrderAssignment

MOST = 200  # the longest waits


@dataclass(frozen=True)
class Owed:
    """Something that waits for an answer from above: to whom it is owed, since when, and where it can be answered."""

    unit: Unit
    by: str
    what: str
    title: str
    since: date
    days: int  # working days of waiting
    address: str


# The states in which a share waits for an answer.
RAISED = {"paused": "申请延期，待批复", "reported": "已报结，待审核"}


def owed_downward(user):
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
            address=f"{reverse('order_detail', args=[share.order_id])}#share-{share.pk}",
        )
        for share in rows
    ]
