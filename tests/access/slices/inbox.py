"""Notices of a few people, each of an order of their own and of one that lies elsewhere, plain and below a digest: the gate
is asked when they are read."""

from districts.inbox.models import Notice, Quiet
from partybuilding.matters.orders.models import Order
from tests.access.marks import Rows
from tests.access.rules import alone, known
from tests.access.slices.orders import sees_order

AFTER = ("orders",)
TOLD = ("office", "secretary", "worker", "far_secretary", "stranger")
ABOUT = (0, 3)  # 东一社区's, 西一社区's


def opens(login, notice, world):
    """What is one's own and of an order that one sees; a digest with one below it that is."""
    told = [other for other in world.notices if other.digest_id == notice.pk] or [notice]
    orders = [order for order in world.orders if order.pk in {each.record for each in told}]
    return notice.person.username == login and any(sees_order(login, order, world) for order in orders)


def seed(world):
    orders = list(Order.objects.select_related("unit", "created_by").order_by("pk"))
    for login in TOLD:
        for number in ABOUT:
            order = orders[number]
            given = {"noun": "order", "record": order.pk, "verb": "issue", "label": "交办", "once": f"seed:{order.pk}"}
            given |= {"unit": order.unit, "by": order.created_by, "at": order.created_at}
            Notice.objects.create(person=world.street.people[login], **given)
        _digest(world.street.people[login], [orders[number] for number in ABOUT])
    Quiet.objects.create(person=world.street.people["office"], what="weekly")


def _digest(person, orders):
    given = {"person": person, "unit": orders[0].unit, "at": orders[0].created_at}
    told = {"noun": "digest", "verb": "digest", "label": "今早提醒", "record": 1, "once": "seed:digest"}
    digest = Notice.objects.create(**given, **told)
    for order in orders:
        told = {"noun": "order", "verb": "late", "label": "已逾期", "record": order.pk, "once": f"seed:late:{order.pk}"}
        Notice.objects.create(**given, **told, digest=digest)


def told_here(world):
    return [((n.pk,), n) for n in world.notices if n.once.startswith("seed:")]


MARKS = {"notices": Rows(Notice, related=("person",))}
URLS = {
    "inbox": (alone, {"GET": known}),
    "inbox_quiet": (alone, {"POST": known}),
    "inbox_read": (alone, {"POST": known}),
    "notice": (told_here, {"GET": opens}),
}
