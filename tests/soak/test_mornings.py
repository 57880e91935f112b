"""Thirty mornings (fewer in short), two schedulers, workers killed in the middle: each reminder once, under the digest of its day, none lost."""

import os
import time
from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest
import time_machine
from celery import current_app

from districts.inbox.models import Notice
from tests.brokers import broker_at
from tests.cast import build_street, make_order
from tests.processes import kill, python, start_worker
from tests.soak.sizes import size
from yuqiao_portal.tasks import remind_of

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = date(2026, 11, 2)  # no holiday in the thirty days from here
DAYS = [MONDAY + timedelta(days=n) for n in range(size(short=10, sample=20, full=30))]
PEOPLE = {"东一社区": ("secretary", "deputy"), "东二社区": ("neighbour",)}
KILLS = size(short=1, sample=3, full=10)
GIVEN_UP_AFTER = 120  # seconds for a morning


def weekday(day, step):
    """The nearest working day from a day on, forwards or back."""
    while day.weekday() > 4:
        day += timedelta(days=step)
    return day


def mornings_of(share):
    """(key, day on which it is said) of all reminders of a share that nobody ever signs for."""
    yield f"unsigned:{share.pk}", MONDAY + timedelta(days=1)
    yield f"due:{share.pk}:{share.due_on}", weekday(share.due_on - timedelta(days=1), -1)
    for week in range(5):
        yield f"late:{share.pk}:{share.due_on}:{week}", weekday(share.due_on + timedelta(days=1 + 7 * week), 1)


def a_month_of_orders():
    """{(login, key, key of the digest)} of what is to be said in the thirty days."""
    street, wanted = build_street(), set()
    for n in range(len(DAYS) * 2 // 3):
        with time_machine.travel(f"{MONDAY} 09:00+08:00", tick=False):
            order = make_order(street, title=f"第{n}件", to=tuple(PEOPLE), days=1 + n)
        for share in order.assignments.select_related("unit"):
            said = [(key, day) for key, day in mornings_of(share) if day <= DAYS[-1]]
            wanted |= {(login, key, f"digest:{day}") for login in PEOPLE[share.unit.name] for key, day in said}
    Notice.objects.all().delete()
    return wanted


def told():
    rows = Notice.objects.exclude(digest=None)
    return set(rows.values_list("person__username", "once", "digest__once"))


def wait_for(count, workers):
    """Until so many reminders are there."""
    started = time.monotonic()
    while (found := Notice.objects.exclude(digest=None).count()) < count:
        assert all(worker.poll() is None for worker in workers), "a worker ended by itself"
        assert time.monotonic() - started < GIVEN_UP_AFTER, (found, count)
        time.sleep(0.005)


def mornings(start, ask):
    """Each day is asked for by two schedulers; on some days a worker is killed among the reminders, every other time both.

    What the dead leave undone is done by the other, or by the next hour, which asks again.
    """
    wanted, rng, cut_short = a_month_of_orders(), Random(7), 0
    done, workers = 0, [start(), start()]
    kill_on = sorted(rng.sample([day for day in DAYS if f"{day}" in " ".join(d for _, _, d in wanted)], KILLS))
    try:
        for day in DAYS:
            ask(day)
            before, done = done, done + sum(digest == f"digest:{day}" for _, _, digest in wanted)
            if day in kill_on:
                wait_for(min(before + 1, done), workers)
                time.sleep(rng.random() * 0.02)
                for _ in range(1 + kill_on.index(day) % 2):
                    kill(workers.pop(0))
                cut_short += Notice.objects.exclude(digest=None).count() < done
                workers += [start() for _ in range(2 - len(workers))]
                ask(day)
            wait_for(done, workers)
    finally:
        [kill(worker) for worker in workers]
    print(f"{KILLS} kills, {cut_short} of them among the reminders of a morning")
    assert told() == wanted
    assert Notice.objects.exclude(digest=None).count() == len(wanted)
    digests = set(Notice.objects.filter(noun="digest").values_list("person__username", "once"))
    assert digests == {(login, digest) for login, _, digest in wanted}
    assert Notice.objects.filter(by=None, digest=None).exclude(noun="digest").count() == 0


def over(broker, monkeypatch):
    """The workers and the two schedulers share a queue of their own."""
    queue = f"mornings-{uuid4().hex}"
    monkeypatch.setenv("CELERY_QUEUE", queue)

    def ask(day):
        for _ in range(2):
            remind_of.apply_async([day.isoformat()], queue=queue)

    with broker_at(broker):
        try:
            mornings(lambda: start_worker(broker), ask)
        finally:
            with current_app.connection_for_write() as connection:
                connection.default_channel.queue_delete(queue)


@pytest.mark.redis
def test_thirty_mornings_over_redis(monkeypatch):
    over(os.environ["REDIS_URL"], monkeypatch)


@pytest.mark.rabbitmq
def test_thirty_mornings_over_rabbitmq(monkeypatch):
    over(os.environ["AMQP_URL"], monkeypatch)


# The process of an office, worker and scheduler inside: it asks for the day that a file names, whenever that is written.
OFFICE = """
import time
from pathlib import Path
from yuqiao_portal import embedded
from yuqiao_portal.tasks import remind_of
embedded.start()
file, seen = Path({file!r}), ""
while True:
    said = file.read_text()
    if said.endswith(".") and said != seen:
        seen = said
        remind_of.delay(said.split()[0])
    time.sleep(0.01)
"""


def test_thirty_mornings_of_two_processes_with_their_workers_inside(tmp_path):
    file, hours = tmp_path / "day", iter(range(10**6))
    file.touch()

    def ask(day):
        file.write_text(f"{day} {next(hours)}.")

    mornings(lambda: python(OFFICE.format(file=str(file)), CELERY_BROKER_URL="memory://"), ask)
