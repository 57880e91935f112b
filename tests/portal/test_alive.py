"""Death is visible: who beats is heard, who is stopped or killed is named, whether or not a job waits."""

import os
import signal
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from districts.jobs import hearts
from districts.jobs.models import Alarm, Heartbeat, Job
from districts.trail.anchors import write_anchor
from districts.trail.recording import record_event
from tests.brokers import broker_at
from tests.cast import log_in
from tests.processes import kill, python
from tests.waiting import SHORT, another_connection, waiting_as
from yuqiao_portal import alive, embedded, tasks
from yuqiao_portal.operations import watching
from yuqiao_portal.operations.checks import checks, running_checks

PARTS = ("worker", "beat")


@pytest.fixture
def calm(db, tmp_path, settings):
    """Everything that runs by itself has just run; what else this machine lacks is not asked."""
    settings.BACKUP_DIR = tmp_path
    (tmp_path / "portal-20261125-023000.backup").touch()
    for part in (*PARTS, "clean_up"):
        hearts.beat(part, "here", timezone.now() - timedelta(days=3))
    Job.objects.create(kind="rollup", state="done", finished_at=timezone.now())
    write_anchor()


def failing():
    return [check.key for check in running_checks() if not check.is_fine]


def test_a_silence_is_noticed_within_a_minute():
    assert (hearts.EVERY_SECONDS, hearts.SILENT.total_seconds(), watching.EVERY_SECONDS) == (15, 45, 15)
    assert alive.EVERY_SECONDS == 15
    assert settings.CELERY_BEAT_SCHEDULE["sweep-jobs"]["schedule"] <= 15  # the scheduler looks, and beats, as often


@pytest.mark.parametrize("part", PARTS)
def test_who_was_not_heard_for_45_seconds_is_named_though_no_job_waits(calm, client, part):
    Job.objects.filter(state="waiting").delete()
    moment = timezone.now()
    with time_machine.travel(moment + timedelta(seconds=44)):
        assert failing() == []
    with time_machine.travel(moment + timedelta(seconds=46)):
        hearts.beat(*{"worker": ("beat", "here"), "beat": ("worker", "here")}[part], moment - timedelta(days=3))
        assert failing() == [part]
        deep = client.get("/healthz/ready?deep")
        assert (deep.status_code, part in deep.json()["failing"]) == (503, True)
        assert client.get("/healthz/ready").status_code == 200
        [said] = [check for check in checks() if check.key == part]
        assert f"请重新启动 yuqiao-{part}" in said.text


def test_of_two_workers_one_is_enough(calm):
    Heartbeat.objects.filter(part="worker").update(at=timezone.now() - timedelta(hours=3))
    assert failing() == ["worker"]
    hearts.beat("worker", "there")
    assert failing() == []
    assert Heartbeat.objects.filter(part="worker").count() == 2


@pytest.mark.parametrize("key", ["rollup", "clean_up", "anchor", "backup"])
def test_what_is_done_once_a_night_is_late_after_it(calm, key, tmp_path):
    record_event("setting", "甲")
    for hours, late in ((25, []), (50, [key])):
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            for part in {*PARTS, "clean_up"} - {key}:
                hearts.beat(part, "here", timezone.now() - timedelta(days=3))
            if key != "rollup":
                Job.objects.filter(kind="rollup").update(finished_at=timezone.now())
            if key != "anchor":
                write_anchor()
            if key != "backup":
                (tmp_path / "portal-20261125-023000.backup").touch()
                now = timezone.now().timestamp()
                os.utime(tmp_path / "portal-20261125-023000.backup", (now, now))
            assert failing() == late


def test_a_computer_that_was_off_has_a_while_to_catch_up(calm):
    with time_machine.travel(timezone.now() + timedelta(hours=62)):
        for minutes, late in ((89, {"backup"}), (91, {"backup", "rollup", "clean_up"})):
            for part in PARTS:
                hearts.beat(part, "here", timezone.now() - timedelta(minutes=minutes))
            assert set(failing()) == late


def test_what_is_due_at_night_is_asked_by_day_where_the_computer_was_off(db, street):
    day = timezone.localtime().replace(hour=9, minute=0)
    with time_machine.travel(day, tick=False):
        tasks.hourly()
        asked = Job.objects.filter(kind="rollup").count()
        tasks.hourly()
        tasks.nightly_rollup()
    assert (asked, Job.objects.filter(kind="rollup").count()) == (2, 2)
    with time_machine.travel(day.replace(hour=1) + timedelta(days=1), tick=False):
        tasks.hourly()
    assert Job.objects.filter(kind="rollup").count() == 2


def test_an_alarm_is_told_once_ends_by_itself_and_may_come_again(calm):
    with time_machine.travel(timezone.now() + timedelta(seconds=60)):
        for _ in range(3):
            watching.watch()
        assert sorted(Alarm.objects.values_list("kind", "ended_at")) == [("beat", None), ("worker", None)]
        for part in PARTS:
            hearts.beat(part, "here", timezone.now() - timedelta(days=3))
        watching.watch()
        assert Alarm.objects.filter(ended_at=None).count() == 0
    with time_machine.travel(timezone.now() + timedelta(seconds=180)):
        watching.watch()
    assert Alarm.objects.count() == 4


def test_who_has_just_begun_is_not_told_that_there_is_no_backup_yet(calm, tmp_path):
    (tmp_path / "portal-20261125-023000.backup").unlink()
    with time_machine.travel(MigrationRecorder.Migration.objects.order_by("applied").first().applied):
        watching.watch()
        assert not Alarm.objects.filter(kind="backup").exists()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        watching.watch()
        assert Alarm.objects.filter(kind="backup").exists()


def test_the_office_and_the_system_administrator_are_told_and_nobody_else(calm, street, client, admins):
    Heartbeat.objects.filter(part="beat").update(at=timezone.now() - timedelta(minutes=5))
    watching.watch()
    told = {}
    for login in ("office", "leader", "commissioner", "secretary"):
        log_in(client, street.people[login])
        told[login] = client.get("/").content.decode().count("定时器（beat）：自 ")
    assert told == {"office": 1, "leader": 0, "commissioner": 0, "secretary": 0}
    for login, times in (("sysadmin", 1), ("secadmin", 0), ("auditor", 0)):
        assert (login, admins[login].get("/admin/").content.decode().count("定时器（beat）：自 ")) == (login, times)
    Heartbeat.objects.filter(part="beat").update(at=timezone.now())
    watching.watch()
    log_in(client, street.people["office"])
    assert "定时器（beat）：自 " not in client.get("/").content.decode()
    assert "已恢复" in admins["sysadmin"].get("/health/").content.decode()


def test_the_web_process_watches_from_a_thread_of_its_own(monkeypatch):
    looked = threading.Event()

    def look():
        looked.set()
        raise OperationalError("the database does not answer")

    monkeypatch.setattr(watching, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(watching, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(watching, "watch", look)
    stop = watching.start()
    assert looked.wait(60)
    looked.clear()
    assert looked.wait(60)  # once more, after it had failed
    stop()
    assert "watch" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_misses_a_beat_and_no_more(caplog):
    hearts.beat("worker", "here")
    with rows_held(), waiting_as(SHORT):
        hearts.beat("worker", "here")
    assert "heartbeat of worker missed" in caplog.text
    hearts.beat("worker", "here")
    assert Heartbeat.objects.count() == 1


@contextmanager
def rows_held():
    other = another_connection()
    other.cursor().execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "LOCK TABLE districts_heartbeat")
    try:
        yield
    finally:
        other.rollback()
        other.close()


def until(is_so):
    given_up = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < given_up
        time.sleep(0.1)


@pytest.fixture
def quick(monkeypatch):
    """Beats five times a second, silent after two."""
    monkeypatch.setattr(hearts, "EVERY_SECONDS", 0.2)
    monkeypatch.setattr(alive, "EVERY_SECONDS", 1.2)
    monkeypatch.setattr(hearts, "SILENT", timedelta(seconds=2))


@pytest.mark.django_db(transaction=True)
def test_the_worker_and_the_scheduler_inside_the_web_process_beat(quick):
    with broker_at("memory://localhost/"):
        stop = embedded.start()
        try:
            until(lambda: set(Heartbeat.objects.values_list("part", flat=True)) == set(PARTS))
        finally:
            stop()
    until(lambda: {"worker", "beat"} <= set(failing()))


PROCESSES = {
    "worker": "app.worker_main(['worker', '-l', 'warning', '-c', '1'])",
    "beat": "app.Beat(loglevel='warning').run()",
}


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", PARTS)
def test_a_process_that_is_stopped_is_silent_continues_and_is_silent_for_good_when_killed(quick, part):
    code = f"""
from districts.jobs import hearts
from yuqiao_portal import alive
from yuqiao_portal.celery import app
hearts.EVERY_SECONDS, alive.EVERY_SECONDS = 0.2, 1.2
app.conf.beat_schedule["sweep-jobs"]["schedule"] = 0.2
{PROCESSES[part]}"""
    process = python(code, CELERY_BROKER_URL=os.environ["REDIS_URL"])
    try:
        until(lambda: Heartbeat.objects.filter(part=part).exists() and part not in failing())
        os.killpg(process.pid, signal.SIGSTOP)
        until(lambda: part in failing())
        os.killpg(process.pid, signal.SIGCONT)
        until(lambda: part not in failing())
    finally:
        kill(process)
    until(lambda: part in failing())
