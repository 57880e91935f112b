"""A worker of its own over a real broker: rung, it runs; killed in the middle, another finishes; each effect once."""

import os
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from districts.jobs.models import Job
from partybuilding.assessment.models import ScoreSheet
from tests.cast import build_street
from tests.processes import kill, python, start_worker

ASK = """
from districts.jobs.running import ask
from districts.jobs import waking
import time
job = ask("rollup", month="2026-10")
time.sleep(1.5)
print(job.pk, flush=True)
"""


def settled(job_id, seconds=60):
    for _ in range(seconds * 5):
        job = Job.objects.get(pk=job_id)
        if job.is_over:
            return job
        time.sleep(0.2)
    return job


def loop(broker):
    build_street()
    worker = start_worker(broker)
    try:
        asked = python(ASK, CELERY_BROKER_URL=broker)
        job = settled(int(asked.stdout.readline()))
        assert (job.state, job.attempts) == ("done", 1)
    finally:
        kill(worker)
    assert ScoreSheet.objects.count() == 8


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_over_redis():
    loop(os.environ["REDIS_URL"])


@pytest.mark.rabbitmq
@pytest.mark.django_db(transaction=True)
def test_over_rabbitmq():
    loop(os.environ["AMQP_URL"])


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_swept_up_by_another():
    """A worker took the job and died: its lease has run out, the sweep rings, and the next worker finishes it."""
    build_street()
    broker = os.environ["REDIS_URL"]
    lost = Job.objects.create(
        kind="rollup",
        arguments={"month": "2026-10"},
        state="running",
        attempts=1,
        lease_until=timezone.now() - timedelta(seconds=1),
    )
    worker = start_worker(broker)
    try:
        sweeper = python(
            "from districts.jobs.running import sweep\nimport time\nprint(sweep(), flush=True)\ntime.sleep(2)",
            CELERY_BROKER_URL=broker,
        )
        assert sweeper.stdout.readline() == b"1\n"
        job = settled(lost.pk)
        assert (job.state, job.attempts) == ("done", 2)
    finally:
        kill(worker)


@pytest.mark.django_db(transaction=True)
def test_embedded_worker_runs_a_job_in_this_very_process():
    from django.conf import settings

    from districts.jobs import running
    from tests.processes import worker

    build_street()
    if not settings.CELERY_BROKER_URL.startswith("memory"):
        assert settings.CELERY_BROKER_URL.startswith(("redis", "amqp"))
    with worker():
        time.sleep(1)
        job = running.ask("rollup", month="2026-10")
        assert settled(job.pk).state == "done"
    assert ScoreSheet.objects.count() == 8
