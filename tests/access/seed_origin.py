"""Two appeals that are kept from somebody, and in the places of those people what was made from them."""

from districts.records.origin import origin_of
from partybuilding.appeals.actions import recuse
from partybuilding.appeals.models import Appeal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order
from tests.access.expected import ABOUT
from tests.cast import make_appeal, make_log, make_order

STREET = "槐花街道党建工作协调委员会"


def add_what_came_from_appeals(street, mark):
    """From the leader's appeal a log at the street; from the secretary's a log and an order at 东一社区, and a log that serves it."""
    secretarys = make_appeal(street, number="BJ010")
    recuse(secretarys, street.people["office"], street.people["secretary"])
    Appeal.objects.filter(pk=secretarys.pk).update(**_said(secretarys, ABOUT["secretary"], mark))
    leaders = Appeal.objects.get(number="BJ007")
    made = [(make_log(street, STREET, "office", appeal=leaders), ABOUT["leader"])]
    for appeal, about in ((leaders, ABOUT["leader"]), (secretarys, ABOUT["secretary"])):
        order = make_order(street, ["东一社区"], appeal=appeal)
        Order.objects.filter(pk=order.pk).update(title=f"{about}{mark(order)}", content=mark(order))
        made.append((make_log(street, "东一社区", "deputy", order=order), about))
    made.append((make_log(street, "东一社区", "secretary", appeal=secretarys), ABOUT["secretary"]))
    for log, about in made:
        WorkLog.objects.filter(pk=log.pk).update(text=f"{about}{mark(log)}", place=mark(log), origin=origin_of(log))


def _said(appeal, about, mark):
    return {name: f"{about}{mark(appeal)}" for name in ("title", "content", "spot", "reply", "place")}
