"""Ask for a job, claim it, run it, sweep what was left. Effects are idempotent: a job may run twice or die anywhere."""

import logging
import threading
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from districts.jobs.models import Job
from districts.jobs.waking import wake_later
from districts.privacy.rules import scrubbed

LEASE = timedelta(seconds=30)
RENEW_SECONDS = 10
ATTEMPTS_EACH_TIME = 5
log = logging.getLogger(__name__)


def ask(kind, *, unit=None, by=None, once_key=None, **arguments):
    """Write a job in the caller's transaction and ring the bell after commit; with a `once_key`, only the first time."""
    fields = {"kind": kind, "unit": unit, "asked_by": by, "arguments": arguments}
    if once_key:
        job, _ = Job.objects.get_or_create(once_key=once_key, defaults=fields)
    else:
        job = Job.objects.create(**fields)
    transaction.on_commit(lambda: wake_later(job.pk))
    return job


def claim(job_id):
    """Take the job for this worker by one conditional update; None when somebody else has it or it is over."""
    now = timezone.now()
    rows = Job.objects.filter(pk=job_id).claimable(now)
    taken = rows.update(
        state=Job.State.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1, progress=0, doing=""
    )
    return Job.objects.get(pk=job_id) if taken else None


def run(job_id, kinds):
    """Run a job if it can be claimed. `kinds` maps a kind to `function(report, **arguments)`. Returns whether it ran."""
    job = claim(job_id)
    if job is None:
        return False
    if job.attempts > job.most_attempts:
        _end(job, Job.State.DEAD, failure=job.failure or "WorkerLost")
        return False
    try:
        with _Lease(job) as report:
            kinds[job.kind](report, **job.arguments)
    except Exception as error:
        log.exception("job %s failed, attempt %s", job.pk, job.attempts)
        _give_back(job, type(error).__name__)
        return True
    _end(job, Job.State.DONE, progress=100)
    return True


def try_again(job):
    """Put a dead job back in the queue for five more attempts; False when it is not dead."""
    dead = Job.objects.filter(pk=job.pk, state=Job.State.DEAD)
    more = F("attempts") + ATTEMPTS_EACH_TIME  # the numbers go on: they tell one attempt from another
    again = dead.update(state=Job.State.WAITING, most_attempts=more, finished_at=None)
    if again:
        transaction.on_commit(lambda: wake_later(job.pk))
    return bool(again)


def sweep():
    """Ring again for every job that nobody has. Returns how many."""
    ids = list(Job.objects.claimable(timezone.now()).values_list("pk", flat=True)[:500])
    for job_id in ids:
        wake_later(job_id)
    if ids:
        log.info("rang again for %s jobs that nobody has", len(ids))
    return len(ids)


def _mine(job):
    """The row while this attempt owns it: a later attempt has another number."""
    return Job.objects.filter(pk=job.pk, attempts=job.attempts, state=Job.State.RUNNING)


def _give_back(job, failure):
    if job.attempts >= job.most_attempts:
        _end(job, Job.State.DEAD, failure=failure)
    else:
        _mine(job).update(state=Job.State.WAITING, lease_until=None, failure=failure)


def _end(job, state, **fields):
    _mine(job).update(state=state, lease_until=None, finished_at=timezone.now(), doing="", **fields)


class _Lease:
    """Renews the lease from a thread of its own, so that a long statement does not lose it, and takes what is reported.

    What is reported inside a transaction is written by that thread too, else nobody would see it before the end;
    not on SQLite, whose one writer is the transaction itself.
    """

    def __init__(self, job):
        self.job, self.said = job, {}
        self.over, self.rouse = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._keep, name=f"lease-{job.pk}", daemon=True)

    def __enter__(self):
        self.thread.start()
        return self.report

    def __exit__(self, *failure):
        self.over.set()
        self.rouse.set()
        self.thread.join()

    def report(self, percent, doing):
        self.said = {"progress": percent, "doing": scrubbed(doing)}
        if not connection.in_atomic_block:
            self._renew()
        elif connection.vendor != "sqlite":
            self.rouse.set()

    def _keep(self):
        while True:
            self.rouse.wait(RENEW_SECONDS)
            if self.over.is_set():
                return
            self.rouse.clear()
            try:
                self._renew()
            except DatabaseError as error:  # a long write holds the database; the next round tries again
                log.warning("lease of job %s not renewed: %s", self.job.pk, error)
            finally:
                connection.close()

    def _renew(self):
        _mine(self.job).update(lease_until=timezone.now() + LEASE, **self.said)
