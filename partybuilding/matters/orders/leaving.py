"""What of orders is still open at a unit that leaves, and what its successor gets."""

from django.core.exceptions import ValidationError
from django.db.models import Q

from districts.records.dirty import mark_dirty
from districts.units.leaving import OpenWork
from partybuilding.matters.orders.models import Order, OrderAssignment

State = OrderAssignment.State

# A draft's share is refused when the draft is issued; the others wait for nobody.
OVER = (State.PLANNED, State.LOST, State.ACCEPTED)


def _open_shares(unit):
    return OrderAssignment.objects.filter(unit=unit).exclude(state__in=OVER).select_related("order").order_by("pk")


def _hand_over(unit, into, on):
    """The shares due from that day on become the successor's; what was due before is judged where it was due."""
    later = Q(due_on__gte=on) | Q(state__in=[State.PAUSED, State.OPEN, State.CLAIMED])
    shares = list(_open_shares(unit).filter(later).select_for_update(of=("self",)))
    twice = OrderAssignment.objects.filter(unit=into, order__in=[share.order_id for share in shares])
    names = "、".join(f"“{share.order.title}”" for share in twice.select_related("order"))
    if names:
        raise ValidationError(f"{names}由“{unit.name}”和“{into.name}”共同承办，请先办结其中一家的，再合并。")
    mark_dirty((home.pk, share.due_on) for share in shares for home in (unit, into))
    Order.objects.filter(lead_unit=unit, assignments__in=shares).update(lead_unit=into)
    OrderAssignment.objects.filter(pk__in=[share.pk for share in shares]).update(unit=into, inherited_from=unit)
    return len(shares)


SHARES = OpenWork(
    "件承办事项",
    "请先办结",
    lambda unit: [share.order.title for share in _open_shares(unit)],
    _hand_over,
)

ORDERS = OpenWork(
    "件拟稿或待揭榜的事项",
    "请先交办或定榜",
    lambda unit: list(
        Order.objects.filter(unit=unit, state__in=[Order.State.DRAFT, Order.State.OPEN]).values_list("title", flat=True)
    ),
)
