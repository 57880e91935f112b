"""What ends goes every night: log-ins, jobs long done, files of processes that were killed, logs beyond their size."""

import logging
import shutil
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from districts.jobs.hearts import beat, newest
from districts.jobs.models import Alarm, Heartbeat, Job
from districts.trail.archiving import archive_events

LEFT_SECONDS = 24 * 3600
HEARD_DAYS = ALARMS_DAYS = 365
LOG_BYTES, LOGS_KEPT = 20 * 1024**2, 5
log = logging.getLogger(__name__)


def clean_up():
    """Do it now; returns {what: how many went}."""
    gone = {
        "过期的登录": _delete(Session.objects.filter(expire_date__lt=timezone.now())),
        "结束已久的后台任务": _delete(_jobs_of_the_past()),
        "一年前的心跳和告警": _delete(Heartbeat.objects.filter(at__lt=_days_ago(HEARD_DAYS)))
        + _delete(Alarm.objects.filter(ended_at__lt=_days_ago(ALARMS_DAYS))),
        "中断的程序留下的文件": sum(map(_remove, left_over())),
        "归档的审计记录": archive_events(settings.EVENTS_KEPT_YEARS),
        "写满的日志": _turn_over(settings.LOG_FILE),
    }
    beat(Heartbeat.Part.CLEAN_UP)
    if any(gone.values()):
        log.info("cleaned up: %s", "，".join(f"{what} {n}" for what, n in gone.items() if n))
    return gone


def is_cleaned_today():
    done = newest(Heartbeat.Part.CLEAN_UP)
    return done is not None and timezone.localdate(done.at) == timezone.localdate()


def _jobs_of_the_past():
    """The key of a job names its month and day: forgotten, it is not asked again."""
    over = Job.objects.filter(state__in=(Job.State.DONE, Job.State.DEAD))
    return over.filter(finished_at__lt=_days_ago(settings.JOBS_KEPT_DAYS))


def left_over():
    """Paths of what nobody has touched for a day: our temporary files, copies of past upgrades, parts of backups."""
    patterns = {
        Path(settings.FILE_UPLOAD_TEMP_DIR): "*",
        Path(settings.DATA_DIR): "tmp?*/",
        Path(settings.BACKUP_DIR): ".portal-*.part",
    }
    found = [path for folder, pattern in patterns.items() if folder.exists() for path in folder.glob(pattern)]
    return [path for path in found if time.time() - _touched(path) > LEFT_SECONDS]


def _touched(path):
    """When a file, or anything in a folder, was last written."""
    return max(each.lstat().st_mtime for each in [path, *path.rglob("*")])


def _remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return 1


def _turn_over(file):
    """Begin a new log file where the present one is full; five old ones are kept. Where logrotate does it, never full."""
    if not (file and file.exists() and file.stat().st_size > LOG_BYTES):
        return 0
    for n in range(LOGS_KEPT - 1, 0, -1):
        old = file.with_name(f"{file.name}.{n}")
        if old.exists():
            old.rename(file.with_name(f"{file.name}.{n + 1}"))
    file.rename(file.with_name(f"{file.name}.1"))
    return 1


def _delete(rows):
    return rows.delete()[0]


def _days_ago(days):
    return timezone.now() - timedelta(days=days)
