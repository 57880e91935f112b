"""Kills, dead brokers, jumping clocks and double clicks: each effect once. Short here; SOAK=sample and SOAK=full are longer."""

import os
import random
import re
import socket
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from districts.jobs import running
from districts.jobs.models import Job
from districts.trail.models import Event
from partybuilding.assessment.models import Node, Period, ScoreSheet, TreeRow
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.goals.models import Goal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import Order, OrderAssignment
from tests.brokers import broker_at
from tests.cast import build_street, log_in, make_order, share_of
from tests.processes import kill, python, start_worker
from tests.soak.sizes import size
from tests.soak.together import in_parallel
from yuqiao_portal.job_kinds import KINDS
from yuqiao_portal.tasks import nightly_rollup

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = f"{timezone.localdate():%Y-%m}"


def a_month_of_work(street, count=24):
    """Shares due this month at several units, most of them accepted."""
    handlers = {"东一社区": "secretary", "东二社区": "neighbour", "西一社区": "far_secretary"}
    for n in range(count):
        order = make_order(street, to=tuple(handlers), title=f"第{n}件", days=0)
        for unit, login in handlers.items():
            share = share_of(order, unit)
            actions.receive(share, street.people[login])
            if n % 3:
                actions.report(share, street.people[login], note="好")
                actions.accept(share, street.people["office"])


def recount():
    """{unit: (part, whole)} of the month by plain Python over raw rows and parent links."""
    period, totals = Period.objects.get(code=MONTH), {}
    for share in OrderAssignment.objects.select_related("unit__parent__parent__parent"):
        if not period.starts_on <= share.due_on <= period.ends_on:
            continue
        steps = list(share.steps.order_by("pk"))
        is_done = steps[-1].verb == "accept" and steps[-1].report.taken_on <= share.due_on
        unit = share.unit
        while unit is not None:
            part, whole = totals.get(unit.pk, (0, 0))
            totals[unit.pk] = part + is_done, whole + 1
            unit = unit.parent
    return totals


def counted():
    rows = Node.objects.filter(period__code=MONTH, whole__gt=0)
    return {unit: (part // 100, whole) for unit, part, whole in rows.values_list("unit", "part", "whole")}


ROLL_UP_FOR_EVER = f"""
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.models import Node, ScoreSheet, TreeRow
print("go", flush=True)
while True:
    roll_up("{MONTH}")
    for model in (ScoreSheet, Node, TreeRow):
        model.objects.all().delete()
"""


def test_a_rollup_killed_anywhere_counts_each_record_once():
    a_month_of_work(build_street(), 6)
    rng = random.Random(11)
    for _ in range(size(short=3, sample=12, full=100)):
        process = python(ROLL_UP_FOR_EVER)
        assert process.stdout.readline() == b"go\n"
        time.sleep(rng.random() * 0.4)
        kill(process)
        roll_up(MONTH)
        assert counted() == recount()


ASK = f"""
from districts.jobs.running import ask
import time
for _ in range(30):
    ask("rollup", month="{MONTH}")
print("asked", flush=True)
time.sleep(2)  # the bell rings from a thread of its own
"""
EMBEDDED = "from yuqiao_portal import embedded; embedded.start()"
GIVEN_UP_AFTER = 300  # seconds; how long it takes is printed, on a busy machine a multiple of the lease
FOR_EVER = "import time; print('started', flush=True); time.sleep(600)"


def settle():
    """Wait, with no help from here, until every job is done: lost ones by their lease and the beat's own sweep."""
    started = time.monotonic()
    while Job.objects.exclude(state=Job.State.DONE).exists():
        assert time.monotonic() - started < GIVEN_UP_AFTER, list(Job.objects.values_list("pk", "state", "attempts"))
        time.sleep(0.5)
    assert counted() == recount()
    return time.monotonic() - started


def in_the_middle(rng, worker):
    """A moment after the first of this round's jobs is done and, mostly, before the last is."""
    waiting = Job.objects.exclude(state=Job.State.DONE)
    count, started = waiting.count(), time.monotonic()
    while count == waiting.count() > 0:
        assert worker.poll() is None, f"the worker ended by itself: {worker.returncode}"
        assert time.monotonic() - started < 60, "the worker takes no job"
        time.sleep(0.02)
    time.sleep(rng.random() * 0.5)


def workers_killed(broker, start):
    """Again and again: ask for jobs, kill the whole worker among them, start another: everything settles by itself."""
    a_month_of_work(build_street(), 4)
    rng, taken, whole_runs = random.Random(5), [], size(short=1, sample=1, full=20)
    for _ in range(whole_runs):
        worker, asked = start(True), None
        try:
            asked = python(ASK, CELERY_BROKER_URL=broker) if broker else worker
            assert asked.stdout.readline() == b"asked\n"
            in_the_middle(rng, worker)
        finally:
            kill(worker)
        lost = Job.objects.exclude(state=Job.State.DONE).count()
        worker = start(False)
        try:
            taken.append((settle(), lost))
            assert Job.objects.filter(attempts__gt=3).count() == 0
        finally:
            kill(worker)
        for model in (ScoreSheet, Node, TreeRow):
            model.objects.all().delete()  # the next round counts from nothing
    print(
        f"{whole_runs} kills of a worker: settled after {max(t for t, _ in taken):.0f} s at most, {sum(n for _, n in taken)} jobs were lost with it"
    )


@pytest.mark.redis
def test_a_worker_killed_over_redis():
    broker = os.environ["REDIS_URL"]
    workers_killed(broker, lambda _: start_worker(broker, "-B"))


@pytest.mark.rabbitmq
def test_a_worker_killed_over_rabbitmq():
    broker = os.environ["AMQP_URL"]
    workers_killed(broker, lambda _: start_worker(broker, "-B"))


def test_the_one_process_of_an_office_killed_with_its_worker_inside():
    """What was asked in it is done by the next one, since the database is the truth."""
    workers_killed(
        None,
        lambda is_asked: python(f"{EMBEDDED}\n{ASK if is_asked else ''}\n{FOR_EVER}", CELERY_BROKER_URL="memory://"),
    )


@pytest.fixture(params=["down", "silent"])
def broker_in_trouble(request):
    """The portal's own broker address, for a while, is one that refuses, or one that takes the call and never answers."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    if request.param == "silent":
        listener.listen(64)
    address = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    with broker_at(address):
        yield request.param
    listener.close()


def test_forms_work_while_the_broker_is_down_or_silent_and_each_effect_comes_once(broker_in_trouble):
    street = build_street()
    roll_up(MONTH)
    client, statuses, slowest = log_in(Client(), street.people["office"]), [], 0
    for n in range(size(short=10, sample=60, full=200)):
        Job.objects.update(state=Job.State.DONE)  # so that each submit asks anew
        started = time.perf_counter()
        statuses.append(client.post(f"/standings/{MONTH}/rollup/").status_code)
        slowest = max(slowest, time.perf_counter() - started)
        Job.objects.filter(state=Job.State.DONE).update(state=Job.State.WAITING)
        assert Job.objects.count() == n + 1
    print(f"slowest submit with a {broker_in_trouble} broker: {slowest:.2f} s")
    assert set(statuses) == {302}
    for job in Job.objects.all():  # the broker is back: rung twice each, by the bell and by the sweep
        running.run(job.pk, KINDS)
        running.run(job.pk, KINDS)
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


def test_two_schedulers_and_a_jumping_clock_ask_each_night_once():
    """Thirty days, an hour at a time, the clock set back and forth, two schedulers at once."""
    build_street()
    rng, zone = random.Random(2), ZoneInfo("Asia/Shanghai")
    days = size(short=4, sample=10, full=30)
    start, nights = datetime(2026, 2, 20, 1, 30, tzinfo=zone), set()
    with time_machine.travel(start, tick=False) as clock:
        for day in range(days):
            for jump in (0, 3, -30, rng.randint(-50, 50)):
                clock.move_to(start + timedelta(days=day, minutes=jump))
                nights.add(timezone.localdate())
                in_parallel(lambda n: nightly_rollup(), 2)
    asked = list(Job.objects.values_list("once_key", flat=True))
    assert len(asked) == len(set(asked)) == 2 * len(nights)


POSTS = {
    "a log": (
        "secretary",
        lambda s: (
            "/worklogs/new/",
            {
                "text": "一条",
                "happened_on": timezone.localdate(),
                "unit": s.units["东一社区"].pk,
                "order": "",
                "once": "t1",
            },
        ),
        lambda s: WorkLog.objects.count(),
    ),
    "an order": (
        "commissioner",
        lambda s: (
            "/orders/new/",
            {
                "kind": "task",
                "unit": s.units["东中心"].pk,
                "title": "事",
                "content": "办",
                "due_on": timezone.localdate(),
                "lead_unit": s.units["东一社区"].pk,
                "issue": "1",
                "once": "t2",
            },
        ),
        lambda s: Order.objects.filter(title="事").count(),
    ),
    "a receipt": (
        "secretary",
        lambda s: (f"/orders/shares/{s.share.pk}/receive/", {}),
        lambda s: s.share.steps.filter(verb="receive").count(),
    ),
    "an urge": (
        "office",
        lambda s: (f"/orders/shares/{s.share.pk}/urge/", {}),
        lambda s: s.share.steps.filter(verb="urge").count(),
    ),
    "a goal": (
        "commissioner",
        lambda s: (
            "/goals/new/",
            {
                "unit": s.units["东中心"].pk,
                "year": timezone.localdate().year,
                "title": "目标",
                "measure": "量",
                "state": "running",
            },
        ),
        lambda s: Goal.objects.count(),
    ),
    "a change of post": (
        "office",
        lambda s: (
            "/appointments/prepare/",
            {
                "kind": "appoint",
                "user": s.people["aide"].pk,
                "post": "worker",
                "unit": s.units["西村"].pk,
                "on": timezone.localdate(),
                "reason": "任",
            },
        ),
        lambda s: Event.objects.filter(subject__startswith="拟办").count(),
    ),
}


@pytest.mark.parametrize("what", POSTS)
def test_a_form_sent_twice_at_once_and_again_later_has_one_effect(what):
    street = build_street()
    street.share = share_of(make_order(street), "东一社区")
    login, form, effects = POSTS[what]
    address, data = form(street)
    clients = [log_in(Client(), street.people[login]) for _ in range(3)]
    statuses = [None] * 3

    def send(n):
        statuses[n] = clients[n].post(address, data).status_code

    in_parallel(send, 2)
    send(2)
    assert effects(street) == 1
    assert all(status < 500 for status in statuses), statuses


def test_a_repeated_form_is_led_where_the_first_was_and_told():
    street = build_street()
    client = log_in(Client(), street.people["secretary"])
    token = re.search(r'name="once" value="(\w+)"', client.get("/worklogs/new/").content.decode())[1]
    sent = {
        "text": "",
        "happened_on": timezone.localdate(),
        "unit": street.units["东一社区"].pk,
        "order": "",
        "once": token,
    }
    assert (
        f'value="{token}"' in client.post("/worklogs/new/", sent).content.decode()
    )  # refused: the token is still good
    first = client.post("/worklogs/new/", {**sent, "text": "写好了"})
    second = client.post("/worklogs/new/", {**sent, "text": "写好了"}, follow=True)
    assert second.redirect_chain[0][0] == first.headers["Location"]
    assert "这份表单已经提交过，没有重复保存。" in second.content.decode()
    other = log_in(Client(), street.people["deputy"])
    other.post("/worklogs/new/", {**sent, "text": "同一个号的另一人"})
    assert WorkLog.objects.count() == 2  # a token is its owner's
