"""Orders of several places and their shares: drafts, reported ones, one that nobody has signed for."""

from partybuilding.goals.models import Goal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment, OrderFile, OrderStep
from tests.access import expected as e
from tests.access.expected import OTHER
from tests.access.marks import Rows, attach, mark
from tests.access.rules import alone, each, issuer, known, of_row, with_verbs
from tests.access.slices.worklogs import CITED
from tests.access.table import DUTIES
from tests.cast import STREET, make_log, make_order, share_of

# (issuing unit, by, assigned units, issued): drafts stay with those who draw up.
ORDERS = [
    (STREET, "office", ["东一社区"], True),
    (STREET, "office", ["东二社区", "城管科"], True),
    (STREET, "office", ["东一社区", "西一社区"], True),
    (STREET, "office", ["西一社区"], True),
    (STREET, "office", ["东中心"], True),
    ("东中心", "commissioner", ["东一社区"], True),
    ("东一社区", "secretary", ["东一支部"], True),
    (STREET, "leader", ["东中心", "城管科"], True),
    (OTHER, "stranger", ["外社区"], True),
    (STREET, "office", ["东一社区", "东中心"], False),
    ("东中心", "commissioner", ["东二社区"], False),
    (STREET, "office", ["东一社区", "西一社区"], True),
]
UNTOUCHED = 11  # issued, and nobody has signed for it yet
DECREE = 7
HANDLERS = {
    "东一社区": "secretary",
    "东二社区": "neighbour",
    "西一社区": "far_secretary",
    "东中心": "lead_secretary",
    "城管科": "head",
    "东一支部": "branch_secretary",
    "外社区": "strange_secretary",
}


def sees_order(login, order, world):
    if e.is_kept(login, order.title):
        return False
    if order.state == "draft":
        return e.reaches(login, "issue", order.unit.name)
    mine = [s.unit.name for s in world.shares if s.order_id == order.pk]
    given = any(e.reaches(login, "view", unit, assigned=True) for unit in mine)
    return e.reaches(login, "view", order.unit.name) or given


def issues_order(login, order, world):
    return e.reaches(login, "issue", order.unit.name) and not e.is_kept(login, order.title)


def edits_order(login, order, world):
    """A draft by whoever issues there; what is issued by the same, a 玉字令 by whoever signs."""
    duty = "sign" if order.kind == "decree" and order.state != "draft" else "issue"
    return issues_order(login, order, world) and e.reaches(login, duty, order.unit.name)


def sees_paper(login, order, world):
    return order.serial is not None and sees_order(login, order, world)


def sees_share(login, share, world):
    order = share.order
    if e.is_kept(login, order.title):
        return False
    if order.state == "draft":
        return e.reaches(login, "issue", order.unit.name)
    return (
        e.reaches(login, "view", share.unit.name, assigned=True)
        or e.reaches(login, "view", order.unit.name)
        or e.reaches(login, "view", order.lead_unit.name, assigned=True)
    )


def handles(login, share):
    return e.reaches(login, "handle", share.unit.name, assigned=True)


def accepts(login, share):
    """By the acceptance duty over the unit, not where one's own post handles; a 玉字令 only from where it was signed."""
    from_above = share.order.kind == "task" or e.reaches(login, "accept", share.order.unit.name)
    own = e.reaches(login, "handle", share.unit.name, assigned=True)
    return e.reaches(login, "accept", share.unit.name) and not own and from_above


def answers(login, share):
    """Urging and extensions: by whoever issues there, but not for the very unit where one's own post handles."""
    own = any(home == share.unit.name and "handle" in DUTIES[post] for post, home in e.posts_of(login))
    return e.reaches(login, "issue", share.order.unit.name) and not own


BACK = ("unclaim", "unreport", "unextend")
BY_VERB = dict.fromkeys(["receive", "claim", "report", "extend", *BACK], handles)
BY_VERB |= dict.fromkeys(["accept", "return"], accepts)
BY_VERB |= dict.fromkeys(["grant", "deny", "urge", "call"], answers)
NEEDS_WORDS = {"report", "return", "claim", "extend", "grant", "deny"}
STARTS = {
    "receive": {"issued"},
    "accept": {"reported"},
    "unclaim": {"claimed"},
    "unreport": {"reported"},
    "unextend": {"paused"},
    "urge": {"issued", "received", "returned"},
    "call": {"issued", "received", "returned"},
}


def takes_step(login, step, world):
    """404 without the duty or the sight; 422 when something needed is missing from the empty form; 409 from a wrong state; else taken."""
    share, verb = step
    if not BY_VERB[verb](login, share) or not sees_share(login, share, world):  # a draft's is seen by who draws it up
        return 404
    if verb in NEEDS_WORDS or speaks_for_another(login, verb):
        return 422
    return 302 if share.state in STARTS[verb] else 409


def speaks_for_another(login, verb):
    """A clerk handles for the head; a delegate for whoever lent the post, where their own does not reach."""
    if verb in {"receive", *BACK} and login == "clerk":
        return True
    return login in e.LENT and verb in {"receive", "urge", "call", *BACK}


def has_duty(login, duty, order, world):
    """Issued and signed where it comes from; every other duty reaches it from there, and where a share of it lies."""
    drawn_up = order.state != "draft" or e.reaches(login, "issue", order.unit.name)
    if duty == "confirm" or not drawn_up or e.is_kept(login, order.title):
        return False
    given = [share.unit.name for share in world.shares if share.order_id == order.pk]
    reached = duty not in {"issue", "sign"} and any(e.reaches(login, duty, unit, assigned=True) for unit in given)
    return reached or e.reaches(login, duty, order.unit.name)


def has_duty_of_share(login, duty, share, world):
    """Handled, accepted and answered each by its own rule; every other duty as it is seen."""
    order = share.order
    drawn_up = order.state != "draft" or e.reaches(login, "issue", order.unit.name)
    if duty == "confirm" or not drawn_up or e.is_kept(login, order.title):
        return False
    if duty in OF_SHARES:
        return OF_SHARES[duty](login, share)
    ends = [(share.unit, True), (order.unit, False), (order.lead_unit, True)]
    return any(e.reaches(login, duty, unit.name, assigned) for unit, assigned in ends)


def sees_order_of_file(login, file, world):
    return sees_order(login, file.order, world)


def has_duty_of_file(login, duty, file, world):
    return has_duty(login, duty, file.order, world)


OF_SHARES = {"handle": handles, "accept": accepts, "issue": answers}
MARKS = {
    "orders": Rows(Order, "O", sees_order, ("unit",), why="order"),
    "shares": Rows(OrderAssignment, "S", sees_share, ("unit", "order__unit", "order__lead_unit"), why="share"),
    "order_files": Rows(OrderFile, "X", sees_order_of_file, ("order__unit",)),
}
GATE = {Order: has_duty, OrderAssignment: has_duty_of_share, OrderFile: has_duty_of_file}
URLS = {
    "order_list": (alone, {"GET": known}),
    "order_new": (alone, {"GET": issuer, "POST": issuer}),
    "order_export": (alone, {"GET": known}),
    "order_detail": (each("orders"), {"GET": sees_order}),
    "order_edit": (each("orders"), {"GET": edits_order, "POST": edits_order}),
    "order_issue": (each("orders"), {"GET": sees_order, "POST": issues_order}),
    "order_accept_several": (alone, {"GET": known, "POST": known}),
    "order_award": (each("orders"), {"GET": sees_order, "POST": issues_order}),
    "order_file": (each("order_files"), {"GET": sees_order_of_file}),
    "order_paper": (each("orders"), {"GET": sees_paper}),
    "assignment_step": (with_verbs("shares", BY_VERB), {"GET": of_row(sees_share), "POST": takes_step}),
}
AFTER = ("people", "goals", "worklogs")


def seed(world):
    street = world.street
    for n, (unit, by, to, issued) in enumerate(ORDERS):
        order = make_order(street, to, by, unit, issued=issued, kind="decree" if n == DECREE else "task")
        Order.objects.filter(pk=order.pk).update(title=f"事项{mark(order)}", content=f"要求{mark(order)}")
        attach(order.files, street.people[by])
        if issued and n != UNTOUCHED:
            for name in to:
                _report(street, order, name)
    OrderStep.objects.update(note="")
    _fill_keys(street)


def _report(street, order, name):
    """Every share is reported with a marked note and a marked log as evidence; the first of each order is accepted."""
    share, by = share_of(order, name), street.people[HANDLERS[name]]
    actions.receive(share, by)
    log = make_log(street, name, HANDLERS[name], order=order)
    WorkLog.objects.filter(pk=log.pk).update(text=f"{CITED}{mark(log)}")
    step = actions.report(share, by, note="办了", logs=[log])
    AssignmentStep.objects.filter(pk=step.pk).update(note=f"结果{mark(share)}")


def shared_orders():
    """Issued, and the far community has a share in it."""
    return Order.objects.filter(assignments__unit__name="西一社区", state="issued").distinct()


def _fill_keys(street):
    """What an order or a log says of another record, which not everybody sees who sees the order or the log."""
    west, east = (Goal.objects.get(unit__name=name) for name in ("西中心", "东中心"))
    shared_orders().update(goal=west)
    Order.objects.filter(unit__name="东中心").update(goal=east)
    log = WorkLog.objects.filter(unit__name="东一社区", text__startswith="日志").get()
    log.order = shared_orders().exclude(assignments__unit__name="东一社区").get()
    log.for_whom, log.basis = street.people["deputy"], "oral"
    log.save()
    share = OrderAssignment.objects.filter(unit__name="东二社区", state__in=["reported", "accepted"]).first()
    OrderAssignment.objects.filter(pk=share.pk).update(inherited_from=street.units["西村"])
