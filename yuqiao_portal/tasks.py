"""Tasks are doors: they take ids and call one plain function."""

from datetime import date, time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from districts.inbox.reminding import remind
from districts.jobs import running
from districts.opening.staging import forget_staged
from districts.records.once import forget_old
from districts.trail.anchors import write_anchor
from partybuilding.appeals.importing.batches import forget_batches
from partybuilding.appeals.reports.actions import draft_yesterday
from partybuilding.assessment.periods.months import months_to_roll_up
from partybuilding.assessment.periods.regions import ask_rollups
from partybuilding.assessment.rollup.run import catch_up
from yuqiao_portal.job_kinds import KINDS
from yuqiao_portal.operations.cleaning import clean_up, is_cleaned_today

NIGHT_IS_OVER = time(2)


@shared_task
def run_job(job_id):
    running.run(job_id, KINDS)


@shared_task
def sweep_jobs():
    running.sweep()


@shared_task
def hourly():
    """What is due once a day, at the first hour that finds the portal running: a computer that is off at night does it by day."""
    write_anchor()
    forget_old()
    forget_staged()
    forget_batches()
    draft_yesterday()
    if timezone.localtime().hour >= settings.REMIND_HOUR:
        remind_of(timezone.localdate().isoformat())
    if timezone.localtime().time() >= NIGHT_IS_OVER:
        nightly_rollup()
        if not is_cleaned_today():
            clean_up()


@shared_task
def remind_of(day):
    """The reminders of a day, written as 2026-11-30."""
    remind(date.fromisoformat(day))


@shared_task
def catch_up_rollup():
    """Every few minutes what changed since is counted anew, in the two months that the nightly run makes whole."""
    for month in months_to_roll_up(timezone.localdate()):
        catch_up(month)


@shared_task
def nightly_rollup():
    """Ask for the running month and the one before; two schedulers in one night still ask once."""
    today = timezone.localdate()
    for month in months_to_roll_up(today):
        ask_rollups(month, today)
