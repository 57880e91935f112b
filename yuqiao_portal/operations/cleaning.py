"""What ends goes every night: log-ins, jobs long done, files of processes that were killed, logs beyond their size."""

import logging
import re
import shutil
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from districts.inbox.models import Notice
from districts.jobs.hearts import beat, newest
from districts.jobs.models import Alarm, Heartbeat, Job
from districts.trail.archiving import archive_events
from partybuilding.appeals.models import AppealImport

LEFT_SECONDS = 24 * 3600
HEARD_DAYS = ALARMS_DAYS = 365
LOG_BYTES, LOGS_KEPT = 20 * 1024**2, 5
_COPY_FOLDER, _COPY = re.compile(r"tmp[a-z0-9_]{8}"), re.compile(r".+\.sqlite3(-wal|-shm|-journal)?")
log = logging.getLogger(__name__)


def clean_up():
    """Do it now; returns {what: how many went}. What fails is logged and left out of it, and holds up none of the others."""
    gone = {}
    for what, part in PARTS.items():
        try:
            gone[what] = part()
        except Exception:  # nobody is there at night; the next one tries again
            log.exception("not cleaned up: %s", what)
    if any(gone.values()):
        log.info("cleaned up: %s", "，".join(f"{what} {n}" for what, n in gone.items() if n))
    if len(gone) == len(PARTS):
        beat(Heartbeat.Part.CLEAN_UP)
    return gone


def is_cleaned_today():
    done = newest(Heartbeat.Part.CLEAN_UP)
    return done is not None and timezone.localdate(done.at) == timezone.localdate()


def _log_ins():
    return _delete(Session.objects.filter(expire_date__lt=timezone.now()))


def _jobs():
    """The key of a job names its month and day: forgotten, it is not asked again.

    One that died over rows which somebody had confirmed stays: it can be tried again.
    """
    awaited = AppealImport.objects.filter(state=AppealImport.State.CONFIRMED, job__state=Job.State.DEAD)
    over = Job.objects.filter(state__in=(Job.State.DONE, Job.State.DEAD)).exclude(pk__in=awaited.values("job"))
    return _delete(over.filter(finished_at__lt=_days_ago(settings.JOBS_KEPT_DAYS)))


def _signs_of_life():
    alarms = Alarm.objects.filter(ended_at__lt=_days_ago(ALARMS_DAYS))
    return _delete(Heartbeat.objects.filter(at__lt=_days_ago(HEARD_DAYS))) + _delete(alarms)


def _notices():
    """What was told, never what it was about; read or not, and a digest together with what hangs under it."""
    return _delete(Notice.objects.filter(digest=None, at__lt=_days_ago(settings.NOTICES_KEPT_DAYS)))


def _left_over():
    """What nobody has touched for a day: our temporary files, copies of past upgrades, parts of backups and archives."""
    found = [
        *Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*"),
        *(path for path in Path(settings.DATA_DIR).iterdir() if _is_copy(path)),
        *Path(settings.BACKUP_DIR).glob(".portal-*.part"),
        *Path(settings.ANCHOR_DIR).glob("events-*.part"),
    ]
    return sum(map(_remove, filter(_is_old, found)))


def _is_copy(path):
    """A folder as Python names its temporary ones, in which an upgrade kept a database and nothing else lies."""
    is_ours = _COPY_FOLDER.fullmatch(path.name) and path.is_dir()
    return bool(is_ours) and all(_COPY.fullmatch(each.name) for each in path.iterdir())


def _is_old(path):
    """Of a folder, judged by the newest in it: somebody may be at work there."""
    try:
        newest_in_it = max(each.lstat().st_mtime for each in (path, *path.rglob("*")))
    except FileNotFoundError:  # its owner removed it just now
        return False
    return time.time() - newest_in_it > LEFT_SECONDS


def _remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return 1


def _archived():
    return archive_events(settings.EVENTS_KEPT_YEARS)


def _full_log():
    """Begin a new log file where the present one is full; five old ones are kept. Where logrotate does it, never full."""
    file = settings.LOG_FILE
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


PARTS = {
    "过期的登录": _log_ins,
    "结束已久的后台任务": _jobs,
    "过期的消息": _notices,
    "一年前的心跳和告警": _signs_of_life,
    "中断的程序留下的文件": _left_over,
    "归档的审计记录": _archived,
    "写满的日志": _full_log,
}
