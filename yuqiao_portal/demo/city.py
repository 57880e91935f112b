"""A made-up city: as many streets as one likes, the same rows every time, laid down by the database itself."""

from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import DateField
from django.utils import timezone

from districts.posts.appointing import appoint
from districts.posts.models import User
from districts.units.models import Placement, Unit, UnitName
from partybuilding.appeals.models import Appeal
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment

FOUNDED, REASON = date(2020, 1, 1), "虚构城市"
CENTERS, COMMUNITIES, BRANCHES = 10, 24, 8
ORDERS, APPEALS = 20, 55  # in a month: orders of a street, each shared by all its communities; appeals of a community
IN_A_STREET = 1 + CENTERS + COMMUNITIES + BRANCHES
INSERT_AT_ONCE = 5000


def build_city(streets, months):
    """Lay down `streets` invented streets and, for every month (its first day), their shares and appeals.

    Meant for an empty database; returns how many records can be counted.
    """
    _units(streets)
    roots = list(Unit.objects.filter(parent=None).order_by("tree_id"))
    leader = User.objects.create_user("city", name="市级演示员")
    post = appoint(leader, "street_leader", roots[0], starts_on=FOUNDED, reason=REASON)
    records = sum(_orders(roots, leader, post, first) + _appeals(roots[0], first) for first in months)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # else everything is planned for empty tables until the server looks by itself
    return records


def _units(streets):
    """Every street from the pattern of one, its places in the tree written out, level by level."""
    pattern, made = _pattern(), {}
    for level in range(4):
        wanted = [(n, at, row) for n in range(1, streets + 1) for at, row in enumerate(pattern) if row[4] == level]
        units = [
            Unit(
                kind=kind,
                name=name.format(n),
                lft=lft,
                rght=rght,
                level=level,
                tree_id=n,
                is_fictional=True,
                parent=None if parent is None else made[n, parent],
            )
            for n, _, (kind, name, lft, rght, _, parent) in wanted
        ]
        Unit.objects.bulk_create(units, INSERT_AT_ONCE)
        made |= {(n, at): unit for (n, at, _), unit in zip(wanted, units, strict=True)}
    dated = {"starts_on": FOUNDED, "reason": REASON}
    units = made.values()
    Placement.objects.bulk_create((Placement(unit=u, parent=u.parent, **dated) for u in units), INSERT_AT_ONCE)
    UnitName.objects.bulk_create((UnitName(unit=u, name=u.name, **dated) for u in units), INSERT_AT_ONCE)


def _pattern():
    """[(kind, name with {} for the street, lft, rght, level, index of the parent)] of one street, in the tree's order."""
    rows, at = [["committee", "第{}街道党建工作协调委员会", 1, 2 * IN_A_STREET, 0, None]], 2
    for c in range(CENTERS):
        center = len(rows)
        rows.append(["center", f"第{{}}街道{c + 1}中心", at, None, 1, 0])
        at += 1
        for u in range(c, COMMUNITIES, CENTERS):
            community = len(rows)
            rows.append(["community", f"第{{}}街道{u + 1}社区", at, None, 2, center])
            at += 1
            if u < BRANCHES:
                rows.append(["branch", f"{u + 1}社区党支部", at, at + 1, 3, community])
                at += 2
            rows[community][3], at = at, at + 1
        rows[center][3], at = at, at + 1
    return rows


def _orders(roots, leader, post, first):
    """A month's orders of every street and the shares of its communities: 6 in 7 reported, most in time, and accepted."""
    due = first + timedelta(days=14)
    leads = {u.tree_id: u.pk for u in Unit.objects.filter(kind="center").order_by("-lft")}
    Order.objects.bulk_create(
        (
            Order(
                kind="task",
                state="issued",
                title=f"虚构事项 {n + 1}",
                content="按要求办理。",
                unit=root,
                street=root,
                lead_unit_id=leads[root.tree_id],
                year=first.year,
                serial=first.month * ORDERS + n,
                issued_on=first,
                due_on=due,
                created_by=leader,
            )
            for root in roots
            for n in range(ORDERS)
        ),
        INSERT_AT_ONCE,
    )
    chance = "(u.tree_id * 7919 + u.lft * 104729 + o.serial * 31)"
    shares = _copy(
        OrderAssignment(order_id=0, unit_id=0, due_on=due, state=OrderAssignment.State.ACCEPTED),
        {"order_id": "o.id", "unit_id": "u.id", "due_on": _later("o.due_on", f"{chance} %% 14")},
        f"{_table(Order)} o JOIN {_table(Unit)} r ON r.id = o.street_id"
        f" JOIN {_table(Unit)} u ON u.tree_id = r.tree_id AND u.kind = 'community' WHERE o.issued_on = %s",
        [first],
    )
    _report(leader, post, first, due)
    return shares


def _report(leader, post, first, due):
    """6 in 7 of a month's shares are reported, a few of these late, and all that are reported are accepted."""
    said = {"by": leader, "appointment": post, "taken_at": timezone.now(), "taken_on": due}
    chance = "(a.id * 7919 + a.unit_id * 31)"
    these = f"{_table(OrderAssignment)} a JOIN {_table(Order)} o ON o.id = a.order_id"
    _copy(
        AssignmentStep(verb="report", label="报结", from_state="received", to_state="reported", **said),
        {"assignment_id": "a.id", "taken_on": _later("a.due_on", f"{chance} %% 9 - 6")},
        f"{these} WHERE o.issued_on = %s AND {chance} %% 7 > 0",
        [first],
    )
    _copy(
        AssignmentStep(verb="accept", label="审核通过", from_state="reported", to_state="accepted", **said),
        {"assignment_id": "a.id", "report_id": "s.id"},
        f"{these} JOIN {_table(AssignmentStep)} s ON s.assignment_id = a.id WHERE s.verb = 'report' AND o.issued_on = %s",
        [first],
    )


def _appeals(root, first):
    """A month's appeals of every community, called back with mixed answers."""
    at = timezone.make_aware(datetime(first.year, first.month, first.day, 9))
    chance = "(u.tree_id * 7919 + u.lft * 104729 + n.i * 31)"
    example = Appeal(
        street=root,
        unit=root,
        state="called",
        placed_by="callbacks",
        number="",
        topic="物业管理",
        title="虚构诉求",
        content="反映小区停车。",
        called_at=at,
        called_on=first,
        closed_at=at,
        is_valid=True,
        is_contacted=True,
        outcome="solved",
        satisfaction="satisfied",
        has_ledger=True,
        has_callback=True,
    )
    return _copy(
        example,
        {
            "street_id": "r.id",
            "unit_id": "u.id",
            "number": f"'{first:%Y%m}-' || u.id || '-' || n.i",
            "called_on": _later("n.first", f"{chance} %% 28"),
            "is_contacted": f"{chance} %% 11 > 0",
            "outcome": f"CASE {chance} %% 5 WHEN 0 THEN 'unsolved' WHEN 1 THEN 'partly' ELSE 'solved' END",
            "satisfaction": f"CASE {chance} %% 6 WHEN 0 THEN 'dissatisfied' WHEN 1 THEN 'basically' ELSE 'satisfied' END",
            "is_valid": f"{chance} %% 13 > 0",
        },
        f"(WITH RECURSIVE series (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM series WHERE i < {APPEALS})"
        f" SELECT i, {_day()} AS first FROM series) n CROSS JOIN {_table(Unit)} u"
        f" JOIN {_table(Unit)} r ON r.tree_id = u.tree_id AND r.parent_id IS NULL WHERE u.kind = 'community'",
        [first],
    )


def _copy(example, columns, source, params):
    """Insert one row like `example` for every row of `source`, with some columns as SQL. Returns how many."""
    fields = [f for f in example._meta.concrete_fields if not f.primary_key]
    constants = [f for f in fields if f.attname not in columns]
    chosen = ", ".join([*(["%s"] * len(constants)), *columns.values()])
    names = ", ".join(connection.ops.quote_name(n) for n in [*(f.column for f in constants), *columns])
    values = [f.get_db_prep_save(f.pre_save(example, add=True), connection) for f in constants]
    days = [DateField().get_db_prep_value(day, connection) for day in params]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {_table(example)} ({names}) SELECT {chosen} FROM {source}", [*values, *days])
        return cursor.rowcount


def _table(model):
    return model._meta.db_table


def _later(day, count):
    """A day some days later, in the database's own words."""
    if connection.vendor == "postgresql":
        return f"{day} + ({count})::int"
    return f"date({day}, ({count}) || ' days')"


def _day():
    return "CAST(%s AS date)" if connection.vendor == "postgresql" else "%s"
