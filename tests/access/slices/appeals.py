"""Appeals in every place, two that are kept from somebody, and what was made from them."""

from districts.records.origin import origin_of
from partybuilding.appeals.actions import recuse
from partybuilding.appeals.models import Appeal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order, OrderStep
from tests.access import expected as e
from tests.access.expected import ABOUT, OTHER
from tests.access.marks import Rows, mark
from tests.access.rules import Step, alone, any_of, each, known, may_in_street, of_row
from tests.access.slices.orders import shared_orders
from tests.cast import STREET, make_appeal, make_log, make_order

PLACES = ["东一社区", "东二社区", "西一社区", "西村", "东中心", "城管科", STREET, STREET, OTHER, "外社区"]
VERBS = {
    "sign": "handle",
    "reach": "handle",
    "treat": "handle",
    "answer": "handle",
    "call_back": "assess",
    "assign": "issue",
    "ask_center": "handle",
    "write_note": "log",
    "find_estate": "handle",
}
registers = any_of(may_in_street("issue"), may_in_street("intake"))
REPORTED = {"BJ020": "marked", "BJ021": "confirmed"}  # 反映干部


FURTHER = {"assign": ("intake",), "find_estate": ("issue", "intake")}


def sees_appeal(login, appeal, world):
    if appeal.number[:5] in REPORTED:
        return REPORTED[appeal.number[:5]] == "marked" and e.reaches(login, "issue", e.root_of(appeal))
    return e.reaches(login, "view", appeal.unit.name, assigned=True) and not e.is_kept(login, appeal.title)


def recuses(login, appeal, world):
    return e.reaches(login, "issue", e.root_of(appeal)) and sees_appeal(login, appeal, world)


def takes_step(login, step, world):
    """404 without the duty or the sight; an empty form lacks something: 422."""
    appeal, verb = step
    may = any(e.reaches(login, duty, appeal.unit.name, assigned=True) for duty in (VERBS[verb], *FURTHER.get(verb, ())))
    if not (may and sees_appeal(login, appeal, world)):
        return 404
    return {409, 422} if verb == "sign" else 422  # none of these is handled by hand; who acts for another lacks a basis


def steps(world):
    """Every step of the first two, and of the others what is not handled by hand."""
    return [
        ((appeal.pk, verb), Step(appeal, verb))
        for n, appeal in enumerate(world.appeals)
        for verb in VERBS
        if n < 2 or verb not in Appeal.BY_HAND
    ]


def has_duty(login, duty, appeal, world):
    """What is marked as 反映干部 is left to whoever issues for the whole street; what is confirmed, to nobody here."""
    if appeal.number[:5] in REPORTED and not sees_appeal(login, appeal, world):
        return False
    may = duty != "confirm" and e.reaches(login, duty, appeal.unit.name, assigned=True)
    return may and not e.is_kept(login, appeal.title)


MARKS = {"appeals": Rows(Appeal, "P", sees_appeal, ("unit",), why="appeal")}
GATE = {Appeal: has_duty}
URLS = {
    "appeal_list": (alone, {"GET": known}),
    "appeal_export": (alone, {"GET": known}),
    "appeal_register": (alone, {"GET": registers, "POST": registers}),
    "appeal_detail": (each("appeals"), {"GET": sees_appeal}),
    "appeal_seal": (each("appeals"), {"GET": sees_appeal, "POST": recuses}),
    "appeal_recuse": (each("appeals"), {"GET": sees_appeal, "POST": recuses}),
    "appeal_step": (steps, {"GET": of_row(sees_appeal), "POST": takes_step}),
}
AFTER = ("people", "worklogs", "orders")


def seed(world):
    street = world.street
    for n, unit in enumerate(PLACES):
        appeal = make_appeal(street, unit, number=f"BJ{n:03}")
        _say(appeal, "诉求")
    leaders, secretarys = Appeal.objects.get(number="BJ007"), make_appeal(street, number="BJ010")
    for appeal, person in ((leaders, "leader"), (secretarys, "secretary")):
        recuse(appeal, street.people["office"], street.people[person])
    Appeal.objects.filter(pk=leaders.pk).update(title=f"{ABOUT['leader']}{mark(leaders)}")
    _say(secretarys, ABOUT["secretary"])
    _make_from(street, leaders, secretarys)
    OrderStep.objects.update(note="")
    _fill_keys()


def _say(appeal, words):
    said = {name: f"{words}{mark(appeal)}" for name in ("title", "content", "spot", "reply", "place")}
    Appeal.objects.filter(pk=appeal.pk).update(**said)


def _make_from(street, leaders, secretarys):
    """From the leader's appeal a log at the street; from the secretary's a log and an order at 东一社区, and a log that serves it."""
    made = [(make_log(street, STREET, "office", appeal=leaders), ABOUT["leader"])]
    for appeal, about in ((leaders, ABOUT["leader"]), (secretarys, ABOUT["secretary"])):
        order = make_order(street, ["东一社区"], appeal=appeal)
        Order.objects.filter(pk=order.pk).update(title=f"{about}{mark(order)}", content=mark(order))
        made.append((make_log(street, "东一社区", "deputy", order=order), about))
    made.append((make_log(street, "东一社区", "secretary", appeal=secretarys), ABOUT["secretary"]))
    for log, about in made:
        WorkLog.objects.filter(pk=log.pk).update(text=f"{about}{mark(log)}", place=mark(log), origin=origin_of(log))


def _fill_keys():
    """What orders and a log came from, of whose text not everybody who sees them may see."""
    shared_orders().update(came_from=origin_of(Appeal.objects.get(number="BJ002")))
    Order.objects.filter(unit__name="东中心").update(came_from=origin_of(Appeal.objects.get(number="BJ004")))
    log = WorkLog.objects.filter(unit__name="东一社区", text__startswith="日志").get()
    log.came_from = origin_of(Appeal.objects.get(number="BJ002"))
    log.save()
