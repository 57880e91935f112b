"""Nothing grows without end: what has ended goes every night, and nothing that anybody still needs."""

import logging
import os
import sys
import tempfile
import time
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from districts.jobs import running
from districts.jobs.models import Alarm, Heartbeat, Job
from districts.records.logs import LogFile, ScrubbedLine
from partybuilding.appeals.models import AppealImport
from tests.processes import kill, manage, python
from yuqiao_portal import tasks
from yuqiao_portal.operations import cleaning
from yuqiao_portal.operations.cleaning import clean_up

A_DAY_AND_MORE = 25 * 3600


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    """Data, backups and temporary files of this test alone."""
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path, tmp_path / "backups"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "tmp")
    (tmp_path / "backups").mkdir()
    (tmp_path / "tmp").mkdir()
    return tmp_path


def lay(path, seconds_ago, content=b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    for each in (path, path.parent):
        os.utime(each, (time.time() - seconds_ago,) * 2)
    return path


def test_log_ins_that_have_expired_go(db):
    now = timezone.now()
    for key, hours in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(hours=hours))
    assert clean_up()["过期的登录"] == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_jobs_go_ninety_days_after_they_ended(db):
    now = timezone.now()
    for days, state in ((91, "done"), (89, "done"), (91, "dead"), (91, "waiting"), (91, "running")):
        ended = now - timedelta(days=days) if state in {"done", "dead"} else None
        job = Job.objects.create(kind=f"{state}{days}", state=state, finished_at=ended)
        Job.objects.filter(pk=job.pk).update(created_at=now - timedelta(days=days))
    assert clean_up()["结束已久的后台任务"] == 2
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["done89", "running91", "waiting91"]


def test_a_job_that_died_over_rows_that_somebody_confirmed_stays(street):
    ended = timezone.now() - timedelta(days=91)
    dead = {
        state: Job.objects.create(kind="import_appeals", state="dead", finished_at=ended)
        for state in ("confirmed", "done")
    }
    for state, job in dead.items():
        AppealImport.objects.create(
            street=street.units["东一社区"].parent.parent, state=state, job=job, by=street.people["office"]
        )
    assert clean_up()["结束已久的后台任务"] == 1
    assert Job.objects.get() == dead["confirmed"]


def test_alarms_and_signs_of_life_go_after_a_year(db):
    now = timezone.now()
    for days in (364, 366):
        at = now - timedelta(days=days)
        Heartbeat.objects.create(part="worker", node=f"{days}", since=at, at=at)
        Alarm.objects.create(kind=f"{days}", text="停", since=at, ended_at=at)
    Alarm.objects.create(kind="open", text="停", since=now - timedelta(days=400))
    assert clean_up()["一年前的心跳和告警"] == 2
    assert sorted(Alarm.objects.values_list("kind", flat=True)) == ["364", "open"]
    assert sorted(Heartbeat.objects.values_list("node", flat=True)) == ["", "364"]


def test_what_killed_programs_left_goes_after_a_day_and_nothing_else(db, folders, settings):
    gone = [
        lay(folders / "tmp" / "openpyxl.abc", A_DAY_AND_MORE),
        lay(folders / "tmp" / "upload" / "part", A_DAY_AND_MORE),
        lay(folders / "tmpx1y2_abc" / "before.sqlite3", A_DAY_AND_MORE),
        lay(folders / "backups" / ".portal-20261101-023000.backup.part", A_DAY_AND_MORE),
        lay(settings.ANCHOR_DIR / "events-1-6.part", A_DAY_AND_MORE),
    ]
    stays = [
        lay(folders / "tmp" / "openpyxl.new", 23 * 3600),
        lay(folders / "tmp" / "copy" / "old", A_DAY_AND_MORE),
        lay(folders / "attachments" / "tmp-of-a-log.pdf", A_DAY_AND_MORE),
        lay(settings.ANCHOR_DIR / "events-1-6.jsonl", A_DAY_AND_MORE),
        lay(folders / "tmpfile.sqlite3", A_DAY_AND_MORE),
        lay(folders / "tmp-of-mine" / "before.sqlite3", A_DAY_AND_MORE),
        lay(folders / "tmpabcdefgh" / "letter.docx", A_DAY_AND_MORE),
        lay(folders / "backups" / "portal-20261101-023000.backup", A_DAY_AND_MORE),
        lay(folders / "backups" / ".portal-20261102-023000.backup.part", 23 * 3600),
    ]
    stays.append(lay(folders / "tmp" / "copy" / "still-written", 60))
    os.utime(folders / "tmp" / "copy", (time.time() - A_DAY_AND_MORE,) * 2)
    os.utime(folders / "tmp", (time.time() - A_DAY_AND_MORE,) * 2)
    assert clean_up()["中断的程序留下的文件"] == 5
    assert ([path for path in gone if path.exists()], [path for path in stays if not path.exists()]) == ([], [])


def test_a_full_log_is_turned_over_five_are_kept_and_writing_goes_on(db, folders, settings):
    settings.LOG_FILE = folders / "logs" / "portal.log"
    handler = LogFile(settings.LOG_FILE, encoding="utf-8", delay=True)
    handler.setFormatter(ScrubbedLine("%(message)s"))
    say = lambda text: handler.emit(logging.LogRecord("x", logging.INFO, "", 0, text, None, None))  # noqa: E731
    for n in range(7):
        say(f"第 {n} 个，来电 13812345678")
        assert clean_up()["写满的日志"] == 0
        os.truncate(settings.LOG_FILE, 20 * 1024**2 + 1)
        assert clean_up()["写满的日志"] == 1
    say("还在写")
    files = sorted(path.name for path in settings.LOG_FILE.parent.iterdir())
    assert files == ["portal.log", *(f"portal.log.{n}" for n in range(1, 6))]
    assert settings.LOG_FILE.read_text(encoding="utf-8") == "还在写\n"
    newest = (settings.LOG_FILE.parent / "portal.log.1").read_bytes()
    assert (newest.startswith("第 6 个".encode()), b"13812345678" in newest) == (True, False)


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path, capsys):
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "full.log").symlink_to("/dev/full")
    for path in (tmp_path / "file" / "portal.log", tmp_path / "logs" / "full.log"):
        handler = LogFile(path, delay=True)
        handler.emit(logging.LogRecord("x", logging.INFO, "", 0, "甲", None, None))
    assert capsys.readouterr().err == ""


def test_a_log_that_root_begins_belongs_to_the_account_of_the_portal(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    if os.geteuid() == 0:
        os.chown(data, 1234, 1234)
    LogFile(data / "logs" / "portal.log").emit(logging.LogRecord("x", logging.INFO, "", 0, "甲", None, None))
    owner = data.stat().st_uid
    assert {path.stat().st_uid for path in (data / "logs", data / "logs" / "portal.log")} == {owner}


def test_what_fails_holds_up_none_of_the_others_and_the_night_is_not_done(db, monkeypatch, caplog):
    def fails():
        raise OSError("no such disk")

    monkeypatch.setitem(cleaning.PARTS, "过期的登录", fails)
    assert list(clean_up()) == [what for what in cleaning.PARTS if what != "过期的登录"]
    assert "not cleaned up: 过期的登录" in caplog.text
    assert not Heartbeat.objects.filter(part="clean_up").exists()


def test_it_is_done_once_a_day_after_the_night(db, monkeypatch):
    done = []
    monkeypatch.setattr(tasks, "clean_up", lambda: done.append(1) or clean_up())
    morning = timezone.localtime().replace(hour=9, minute=0)
    for moment in (morning.replace(hour=1), morning, morning.replace(hour=10), morning + timedelta(days=1)):
        with time_machine.travel(moment, tick=False):
            tasks.hourly()
    assert len(done) == 2


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_went():
    Job.objects.create(kind="x", state="done", finished_at=timezone.now() - timedelta(days=91))
    assert "结束已久的后台任务：1\n" in manage("clean_up").stdout


def test_the_command_says_what_could_not_be_done(db, monkeypatch, capsys):
    monkeypatch.setitem(cleaning.PARTS, "写满的日志", lambda: 1 / 0)
    with pytest.raises(CommandError, match="没有做成：写满的日志。原因见日志"):
        call_command("clean_up")
    assert "过期的登录：0\n" in capsys.readouterr().out


def test_what_is_temporary_lies_in_one_folder_also_of_processes_that_we_begin(tmp_path):
    code = "import subprocess, sys, tempfile; print(tempfile.gettempdir()); "
    code += f"print(subprocess.check_output([{sys.executable!r}, '-I', '-c', 'import tempfile; print(tempfile.gettempdir())'], text=True))"
    process = python(code, DATA_DIR=str(tmp_path))
    said = process.communicate()[0].decode().split()
    assert said == [f"{tmp_path}/tmp"] * 2
    assert oct((tmp_path / "tmp").stat().st_mode & 0o777) == "0o700"
    assert tempfile.gettempdir() != f"{tmp_path}/tmp"


QUIETLY = """
import time
from yuqiao_portal import embedded
from yuqiao_portal.celery import app
app.conf.beat_schedule["sweep-jobs"]["schedule"] = 0.2
app.log.setup("INFO")
stop = embedded.start()
time.sleep(600)
"""


@pytest.mark.django_db(transaction=True)
def test_the_sweep_says_something_only_when_it_rang(tmp_path):
    process = python(QUIETLY, LOG_DIR=str(tmp_path), CELERY_BROKER_URL="memory://localhost/")
    log = tmp_path / "portal.log"
    try:
        until(lambda: Heartbeat.objects.filter(part="beat").exists())
        running.ask("no such job")
        until(lambda: log.exists() and "rang again for 1 jobs that nobody has" in log.read_text(encoding="utf-8"))
    finally:
        kill(process)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "sweep_jobs" in line or "sweep-jobs" in line] == []
    assert oct(log.stat().st_mode & 0o777) == "0o600"


def until(is_so):
    given_up = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < given_up
        time.sleep(0.1)
