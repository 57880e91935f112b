"""Eight writers at once cannot break the tree, the numbers or an edit. Short here; SOAK=sample and SOAK=full are longer."""

import os
import random
import threading
import time
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from districts.calendar.workdays import is_working_day
from districts.inbox.models import Notice
from districts.inbox.reminding import remind
from districts.locking import structure_lock
from districts.records.dirty import DirtyKey
from districts.records.versions import Conflict, save_edit
from districts.units.health import tree_faults
from districts.units.models import Unit
from districts.units.tree import add_unit, move_unit, retire_unit
from partybuilding.assessment.models import Period
from partybuilding.assessment.periods.regions import regions, set_region
from partybuilding.assessment.rollup.run import catch_up, lock, roll_up
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import Order, OrderAssignment
from tests.cast import LONG_AGO, build_street, make_log, make_order, share_of
from tests.processes import kill, python
from tests.soak.together import WRITERS, in_parallel

ROUNDS = {"full": 500, "sample": 60}.get(os.environ.get("SOAK"), 15)
pytestmark = pytest.mark.django_db(transaction=True)


def test_moves_inserts_and_retirements_leave_a_sound_tree_and_nobody_sees_a_neighbour():
    street = build_street()
    centers = [street.units["东中心"], street.units["西中心"]]
    make_log(street, "西一社区", "far_secretary", text="只属西一")
    wanderers = [
        add_unit("community", f"流动{n}社区", parent=centers[n % 2], on=LONG_AGO, reason="初") for n in range(6)
    ]
    stop, wrong = threading.Event(), []

    def write(n):
        rng = random.Random(n)
        for step in range(ROUNDS):
            with suppress(ValidationError):  # refused in words: two writers wanted the same
                change_something(rng, n, step)

    def change_something(rng, n, step):
        day = LONG_AGO + timedelta(days=1 + n + step * WRITERS)
        if rng.random() < 0.7:
            move_unit(rng.choice(wanderers), rng.choice(centers), on=min(day, timezone.localdate()), reason="并发")
        else:
            unit = add_unit("community", f"新{n}-{step}社区", parent=rng.choice(centers), on=day, reason="并发")
            if rng.random() < 0.5:
                retire_unit(unit, on=day, reason="并发")

    def read():
        reader = street.people["secretary"]
        while not stop.is_set():
            wrong.extend(WorkLog.objects.where_user_may(reader, "view"))
            names = set(Unit.objects.where_user_may(reader, "view").values_list("name", flat=True))
            wrong.extend(names - {"东一社区", "东一支部"})
        connection.close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    [t.start() for t in readers]
    try:
        in_parallel(write)
    finally:
        stop.set()
        [t.join() for t in readers]
    assert wrong == []
    assert tree_faults() == []


def test_numbers_issued_in_parallel_are_unique_and_without_a_gap():
    street = build_street()
    drafts = [[make_order(street, issued=False) for _ in range(ROUNDS)] for _ in range(WRITERS)]

    def issue(n):
        for draft in drafts[n]:
            actions.issue_order(draft, street.people["office"])

    in_parallel(issue)
    serials = sorted(Order.objects.values_list("serial", flat=True))
    assert serials == list(range(1, WRITERS * ROUNDS + 1))


def test_no_edit_is_lost_and_every_conflict_is_told():
    street = build_street()
    logs = [make_log(street, text="0") for _ in range(20)]
    written, told = [0] * WRITERS, [0] * WRITERS

    def edit(n):
        rng = random.Random(n)
        for _ in range(ROUNDS):
            log = WorkLog.objects.get(pk=rng.choice(logs).pk)
            time.sleep(0.001)  # a person thinks between reading and saving
            try:
                save_edit(log, log.version, text=str(int(log.text) + 1))
                written[n] += 1
            except Conflict:
                told[n] += 1

    in_parallel(edit)
    assert sum(written) + sum(told) == WRITERS * ROUNDS
    assert sum(int(log.text) for log in WorkLog.objects.all()) == sum(written)
    assert sum(log.version - 1 for log in WorkLog.objects.all()) == sum(written)


def test_one_step_is_taken_once_by_eight_hands():
    street = build_street()
    shares = [share_of(make_order(street), "东一社区") for _ in range(ROUNDS)]
    refused = []

    def receive(n):
        for share in shares:
            try:
                actions.receive(share, street.people["secretary"])
            except actions.StepRefused as refusal:
                refused.append(str(refusal))

    in_parallel(receive)
    assert [share.steps.count() for share in shares] == [1] * ROUNDS
    assert len(refused) == (WRITERS - 1) * ROUNDS
    assert set(refused) == {"现在是“办理中”，不能签收；请刷新后再看。"}


def test_schedulers_that_remind_at_one_moment_say_each_once():
    street = build_street()
    for n in range(ROUNDS):
        make_order(street, title=f"第{n}件", days=0)
    Order.objects.update(issued_on=timezone.localdate() - timedelta(days=9))
    day = next(day for n in range(30) if is_working_day(day := timezone.localdate() + timedelta(days=n)))
    in_parallel(lambda n: remind(day))
    told = list(Notice.objects.filter(by=None).values_list("person", "once"))
    digests = Notice.objects.filter(noun="digest")
    assert sorted(digests.values_list("person__username", flat=True)) == ["deputy", "secretary"]
    assert Notice.objects.filter(by=None, digest=None).count() == 2
    wanted = [f"unsigned:{share}" for share in OrderAssignment.objects.values_list("pk", flat=True)]
    assert len(told) == len(set(told))
    assert {once for _, once in told} >= set(wanted)
    assert remind(day) == 0


def test_parallel_rollups_of_one_month_agree():
    street = build_street()
    make_order(street)
    in_parallel(lambda n: [roll_up(f"{timezone.localdate():%Y-%m}") for _ in range(3)])
    assert roll_up(f"{timezone.localdate():%Y-%m}").written == 0


@contextmanager
def impatient():
    """Whoever waits for a lock gives up soon."""
    soon, as_before = ("SET lock_timeout = 300", "SET lock_timeout = 0")
    if connection.vendor == "sqlite":
        soon, as_before = "PRAGMA busy_timeout = 300", "PRAGMA busy_timeout = 60000"
    with connection.cursor() as cursor:
        cursor.execute(soon)
        try:
            yield
        finally:
            cursor.execute(as_before)


def test_a_run_waits_while_another_counts_the_month():
    month = f"{timezone.localdate():%Y-%m}"
    make_order(build_street(), days=0)
    roll_up(month)
    period, holding, done = Period.objects.get(code=month), threading.Event(), threading.Event()

    def count():
        try:
            with transaction.atomic():
                lock(period)
                if connection.vendor == "sqlite":  # whose one writer is the lock
                    Period.objects.filter(pk=period.pk).update(code=month)
                holding.set()
                done.wait()
        finally:
            holding.set()
            connection.close()

    counting = threading.Thread(target=count)
    counting.start()
    holding.wait()
    try:
        for run in (roll_up, catch_up):
            with impatient(), pytest.raises(OperationalError, match="lock"):
                run(month)
    finally:
        done.set()
        counting.join()
    assert roll_up(month).written == 0


def test_a_fact_that_comes_while_a_run_counts_is_not_lost():
    """Half of the hands change facts, half count what is late; at the end nothing is left to find."""
    street, month = build_street(), f"{timezone.localdate():%Y-%m}"
    roll_up(month)
    units = ["东一社区", "东二社区", "西一社区"]

    def work(n):
        for k in range(ROUNDS):
            if n % 2:
                catch_up(month)
            else:
                make_order(street, to=(units[(n + k) % 3],), days=0)

    in_parallel(work)
    catch_up(month)
    assert DirtyKey.objects.count() == 0
    assert roll_up(month).written == 0


def test_regions_counted_at_once_agree_with_one_run():
    street, month = build_street(), f"{timezone.localdate():%Y-%m}"
    set_region("城外", ["外街道党建工作协调委员会"])
    make_order(street, days=0)
    make_order(street, to=("外社区",), by="stranger", unit="外街道党建工作协调委员会", days=0)
    ids = regions()
    in_parallel(lambda n: [roll_up(month, region=ids[n % len(ids)]) for _ in range(3)])
    assert roll_up(month).written == 0


def test_a_process_killed_in_mid_move_leaves_a_sound_tree():
    street = build_street()
    code = f"""
from datetime import date, timedelta
from districts.units.models import Unit
from districts.units.tree import move_unit
unit = Unit.objects.get(name="东二社区")
centers = [Unit.objects.get(name="西中心"), Unit.objects.get(name="东中心")]
print("go", flush=True)
for n in range(600):
    move_unit(unit, centers[n % 2], on=date({LONG_AGO.year}, 1, 2) + timedelta(days=n), reason="往返")
"""
    for n in range(3 if ROUNDS < 60 else 20):
        process = python(code)
        assert process.stdout.readline() == b"go\n"
        time.sleep(0.03 + 0.02 * n)
        kill(process)
        reset(street)


@structure_lock()  # the server may still be ending what the killed process began
def reset(street):
    """Forget the moves, so that the next process starts from the same day."""
    unit = Unit.objects.get(name="东二社区")
    assert tree_faults() == []
    unit.placements.exclude(starts_on=LONG_AGO).delete()
    unit.placements.update(ends_on=None, parent=street.units["东中心"])
    if unit.parent_id != street.units["东中心"].pk:
        unit.move_to(Unit.objects.get(name="东中心"), "last-child")
    assert tree_faults() == []
    assert unit.placements.get().starts_on == date(2025, 1, 1)
