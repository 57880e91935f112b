"""G13: the first page with 3 and with 300 matters that wait, and what the bell costs every page."""

from datetime import datetime, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from districts.inbox.models import Notice
from districts.inbox.reading import unread
from districts.posts.appointing import appoint
from districts.posts.models import User
from districts.units.models import Unit
from partybuilding.matters.orders.models import Order, OrderAssignment
from tests.bench.bare import against_a_bare_view
from tests.bench.measuring import ratios
from tests.cast import LONG_AGO, log_in, make_user

FEW, MANY, NOTICES = 3, 300, 20_000


def home_and_bell():
    """Two secretaries of one street, before whom differently much waits; the table of notices is a street's of half a year."""
    units = list(Unit.objects.filter(kind="community").order_by("pk")[1:3])
    clients = {}
    for unit, number in zip(units, (FEW, MANY), strict=True):
        person = make_user(f"waits{number}")
        appoint(person, "secretary", unit, starts_on=LONG_AGO, reason="测")
        _give(unit, number)
        clients[number] = log_in(Client(), person)
    _tell(User.objects.exclude(username=f"waits{MANY}").first(), User.objects.get(username=f"waits{MANY}"), units[1])
    asked = {number: _queries(client) for number, client in clients.items()}
    print(f"{f'G13 queries of the home page with {FEW} and with {MANY} matters':<58} {asked[FEW]}, {asked[MANY]}")
    ratios(
        f"G13 home with {MANY} matters that wait / with {FEW}",
        lambda: clients[FEW].get("/"),
        lambda: clients[MANY].get("/"),
    )
    against_a_bare_view(f"G13 home with {MANY} matters", clients[MANY], "/")
    person = User.objects.get(username=f"waits{MANY}")
    ratios(
        f"G13 the bell over {Notice.objects.count()} notices / reading one row by its key, 100 times each",
        lambda: [User.objects.get(pk=person.pk) for _ in range(100)],
        lambda: [unread(person) for _ in range(100)],
    )


def _queries(client):
    client.get("/")
    with CaptureQueriesContext(connection) as said:
        client.get("/")
    return len(said.captured_queries)


def _give(unit, number):
    """So many orders to a unit, which nobody has signed for."""
    by, root, today = User.objects.get(username="leader0"), unit.get_root(), timezone.localdate()
    said = {"kind": "task", "state": "issued", "content": "办", "unit": root, "street": root, "lead_unit": unit}
    said |= {"created_by": by, "year": 2025, "issued_on": today, "due_on": today + timedelta(days=9)}
    first = Order.objects.filter(year=2025).count()
    orders = Order.objects.bulk_create(Order(title=f"待办{n}", serial=first + n + 1, **said) for n in range(number))
    OrderAssignment.objects.bulk_create(
        OrderAssignment(order=o, unit=unit, state="issued", due_on=o.due_on, amber_on=o.due_on) for o in orders
    )


def _tell(other, person, unit):
    """Every hundredth notice is of the person, every second of these read."""
    at = timezone.make_aware(datetime(2026, 10, 1))
    Notice.objects.bulk_create(
        (
            Notice(
                person=other if n % 100 else person,
                noun="order",
                record=n,
                verb="issue",
                label="交办",
                unit=unit,
                at=at,
                read_at=None if n % 200 else at,
                once=f"bench:{n}",
            )
            for n in range(NOTICES)
        ),
        batch_size=5000,
    )
