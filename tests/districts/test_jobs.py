"""Jobs: the database is the truth. Claimed once, retried when a worker dies, dead after five failures, silent brokers ignored."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import TestCase
from django.utils import timezone

from districts.jobs import running
from districts.jobs.models import Job
from tests.cast import log_in


def counting(calls, fail=False):
    def work(report, **arguments):
        report(50, "一半")
        calls.append(arguments)
        if fail:
            raise RuntimeError("坏了")

    return {"count": work}


def test_a_job_runs_once_however_often_it_is_rung(db):
    calls, job = [], running.ask("count", n=1)
    assert [running.run(job.pk, counting(calls)) for _ in range(3)] == [True, False, False]
    job.refresh_from_db()
    assert (calls, job.state, job.progress, job.attempts) == ([{"n": 1}], "done", 100, 1)


def test_a_job_whose_worker_died_is_taken_over_after_its_lease_and_not_before(db):
    job = running.ask("count")
    running.claim(job.pk)
    assert running.claim(job.pk) is None
    with time_machine.travel(timezone.now() + timedelta(seconds=29)):
        assert running.claim(job.pk) is None
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert running.claim(job.pk).attempts == 2


def test_five_failures_and_a_job_is_visibly_dead(db):
    calls, job = [], running.ask("count")
    for _ in range(7):
        running.run(job.pk, counting(calls, fail=True))
    job.refresh_from_db()
    assert (len(calls), job.state) == (5, "dead")


def test_a_worker_that_lost_its_lease_no_longer_writes_to_the_job(db):
    job = running.ask("count")
    slow = running.claim(job.pk)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        running.claim(job.pk)
        running._end(slow, Job.State.DONE)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("running", 2)


def test_a_once_key_asks_once_for_two_schedulers(db):
    first, second = (running.ask("count", once_key="rollup:2026-10:2026-11-01") for _ in range(2))
    assert first == second


def test_the_sweep_rings_for_waiting_and_lapsed_jobs_only(db):
    running.ask("count")
    running.claim(running.ask("count").pk)
    done = running.ask("count")
    running.run(done.pk, counting([]))
    assert running.sweep() == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert running.sweep() == 2


def test_the_nightly_task_asks_for_the_last_and_the_running_month_once(db):
    from yuqiao_portal.tasks import nightly_rollup

    with time_machine.travel("2026-11-03 01:30+08:00"):
        nightly_rollup()
        nightly_rollup()
    assert sorted(Job.objects.values_list("arguments__month", flat=True)) == ["2026-10", "2026-11"]


def test_the_button_asks_for_a_job_and_shows_its_progress(street, client):
    from partybuilding.assessment.rollup.run import roll_up
    from yuqiao_portal.job_kinds import KINDS

    roll_up("2026-10")
    log_in(client, street.people["office"])
    with TestCase.captureOnCommitCallbacks():
        response = client.post("/standings/2026-10/rollup/")
    job = Job.objects.get()
    assert response.headers["Location"] == f"/standings/2026-10/?job={job.pk}"
    assert "正在汇总 0%" in client.get(f"/jobs/{job.pk}/").content.decode()
    running.run(job.pk, KINDS)
    assert "汇总完成。" in client.get(f"/jobs/{job.pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_silent_broker_holds_no_request():
    """A server that accepts and never answers: asking returns at once, and the job waits for the sweep."""
    import socket
    import time

    from celery import Celery

    server = socket.create_server(("127.0.0.1", 0))
    silent = Celery("silent", broker=f"redis://127.0.0.1:{server.getsockname()[1]}/0", set_as_current=True)
    silent.conf.broker_transport_options = {"socket_timeout": 1, "socket_connect_timeout": 1}
    try:
        started = time.monotonic()
        job = running.ask("count")
        assert time.monotonic() - started < 1  # a bound on a hang, not a measurement
        assert Job.objects.get(pk=job.pk).state == "waiting"
    finally:
        from yuqiao_portal.celery import app

        app.set_current()
        server.close()


@pytest.mark.django_db(transaction=True)
def test_progress_inside_one_long_transaction_is_seen_from_outside_where_the_database_can():
    seen = []

    def watch():
        for _ in range(100):
            seen.append(Job.objects.values_list("progress", "doing").get())
            if seen[-1] == (40, "已写入 2/5 条"):
                break
            time.sleep(0.05)
        connection.close()

    def work(report):
        with transaction.atomic():
            report(40, "已写入 2/5 条")
            if connection.vendor == "postgresql":  # SQLite's one writer is the transaction itself
                watcher = threading.Thread(target=watch)
                watcher.start()
                watcher.join()

    job = running.ask("long")
    running.run(job.pk, {"long": work})
    job.refresh_from_db()
    assert (seen[-1:], job.state, job.progress) == (
        [(40, "已写入 2/5 条")] if connection.vendor == "postgresql" else [],
        "done",
        100,
    )
