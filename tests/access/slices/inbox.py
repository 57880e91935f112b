"""Notices of a few people, each of an order of their own and of one that lies elsewhere: the gate is asked when they are read."""

from districts.inbox.models import Notice
from partybuilding.matters.orders.models import Order
from tests.access.marks import Rows
from tests.access.rules import alone, known
from tests.access.slices.orders import sees_order

AFTER = ("orders",)
TOLD = ("office", "secretary", "worker", "far_secretary", "stranger")
ABOUT = (0, 3)  # 东一社区's, 西一社区's


def opens(login, notice, world):
    order = next(order for order in world.orders if order.pk == notice.record)
    return notice.person.username == login and sees_order(login, order, world)


def seed(world):
    orders = list(Order.objects.select_related("unit", "created_by").order_by("pk"))
    for login in TOLD:
        for number in ABOUT:
            order = orders[number]
            given = {"noun": "order", "record": order.pk, "verb": "issue", "label": "交办", "once": f"seed:{order.pk}"}
            given |= {"unit": order.unit, "by": order.created_by, "at": order.created_at}
            Notice.objects.create(person=world.street.people[login], **given)


def told_here(world):
    return [((n.pk,), n) for n in world.notices if n.once.startswith("seed:")]


MARKS = {"notices": Rows(Notice, related=("person",))}
URLS = {
    "inbox": (alone, {"GET": known}),
    "inbox_read": (alone, {"POST": known}),
    "notice": (told_here, {"GET": opens}),
}
