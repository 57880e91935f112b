"""The incident pack: what somebody far away needs to see what is wrong, and nothing about anybody.

Every text passes the scrubber. Of log lines all Chinese goes, since names may stand in it, what may be a key or a value of a
row, and every user name; where the database cannot be asked for these, all but the head of each line.
"""

import hashlib
import platform
import re
import shutil
import sqlite3
import zipfile
from collections import deque
from contextlib import suppress
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Count
from django.utils import timezone

from districts.jobs.models import Job
from districts.posts.models import User
from districts.privacy.rules import scrubbed
from districts.trail.models import Event
from districts.trail.recording import record_event
from yuqiao_portal.operations.checks import checks
from yuqiao_portal.operations.upgrade import pending

LOG_LINES, JOBS_SHOWN, HEADS_SHOWN = 200, 20, 5
SHOWN_SETTINGS = [
    "DEBUG",
    "BEHIND_TLS",
    "TOTP_FOR_ADMINS",
    "ALLOWED_HOSTS",
    "DATA_DIR",
    "ANCHOR_DIR",
    "BACKUP_DIR",
    "LOG_FILE",
    "CELERY_TASK_DEFAULT_QUEUE",
    "SESSION_IDLE_SECONDS",
    "SESSION_COOKIE_AGE",
    "JOBS_KEPT_DAYS",
    "TIME_ZONE",
]
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
# A login in an address, what a database quotes of a row, keys of whatever kind.
_HIDDEN = re.compile(r"(?<=://)[^/\s@]+@|(?<==)\(.*\)|\b[\w-]{32,}\b")
_HEAD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S* \w+ [\w.]+|(?:[\w.]+\.)?\w+Error\b")


def write_pack(folder):
    """Write a pack into a folder; returns its path. What cannot be had is said in its place."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"incident-{timezone.localtime():%Y%m%d-%H%M%S}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("README.txt", _contents())
        for name, (_, lines) in SECTIONS.items():
            pack.writestr(f"{name}.txt", scrubbed("\n".join(_said(lines))))
    with suppress(DatabaseError):
        record_event("operation", f"制作事故包 {path.name}")
    return path


def _contents():
    lines = [f"事故包，{timezone.localtime():%Y-%m-%d %H:%M} 制作。不含密钥、密码和个人信息，可以发给维护的人。", ""]
    return "\n".join([*lines, *(f"{name}.txt  {title}" for name, (title, _) in SECTIONS.items())])


def _said(lines):
    try:
        return list(lines())
    except Exception as error:  # noqa: BLE001 - what is broken is why the pack is made
        return [f"取不到：{type(error).__name__}"]


def _versions():
    yield f"程序 {_fingerprint()}"
    yield f"Python {platform.python_version()}，{platform.platform()}"
    yield from sorted(f"{d.metadata['Name']} {d.version}" for d in distributions())
    if connection.vendor == "sqlite":
        yield f"SQLite {sqlite3.sqlite_version}"
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            yield f"PostgreSQL {cursor.fetchone()[0]}"


def _fingerprint():
    """Twelve digits that are the same wherever the program is the same."""
    digest = hashlib.sha256()
    for app in ("districts", "partners", "partybuilding", "talent", "yuqiao_portal"):
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _settings():
    for name in SHOWN_SETTINGS:
        value = getattr(settings, name)
        yield f"{name} = {list(value) if isinstance(value, list) else value}"
    known, broker = connection.settings_dict, urlsplit(settings.CELERY_BROKER_URL)
    yield f"DATABASE = {known['ENGINE']} {known['HOST']}:{known['PORT']} {known['NAME']} {known['OPTIONS']}"
    first = broker.path.partition(";")[0]  # of several, the others stand in the path, with their passwords
    yield f"BROKER = {broker.scheme}://{broker.hostname}:{broker.port}{first}"


def _health():
    return [f"{'正常' if check.is_fine else '请处理'}  {check.name}：{check.text}" for check in checks()]


def _log():
    if settings.LOG_FILE is None:
        return ["没有日志文件（LOG_DIR）"]
    lines = deque(maxlen=LOG_LINES)
    for path in (settings.LOG_FILE.with_name(f"{settings.LOG_FILE.name}.1"), settings.LOG_FILE):  # just turned over?
        if path.exists():
            with path.open(encoding="utf-8", errors="replace") as file:
                lines.extend(line.rstrip("\n") for line in file)
    return _without_people(lines)


def _without_people(lines):
    try:
        names = {name for row in User.objects.values_list("username", "staff_number") for name in row if name}
    except DatabaseError:
        return [match[0] for line in lines if (match := _HEAD.search(line))]
    known = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)", re.IGNORECASE)
    return [known.sub("某人", _CHINESE.sub("□", _HIDDEN.sub("□", line))) for line in lines]


def _trail():
    for event in Event.objects.order_by("-serial")[:HEADS_SHOWN]:
        yield f"{event.serial} {event.at.isoformat()} {event.kind} {event.seal[:16]}…"


def _jobs():
    for kind, state, number in (
        Job.objects.values_list("kind", "state").annotate(n=Count("pk")).order_by("kind", "state")
    ):
        yield f"{kind} {state} {number}"
    columns = ("pk", "kind", "state", "attempts", "failure", "created_at", "finished_at")
    for row in Job.objects.order_by("-pk").values_list(*columns)[:JOBS_SHOWN]:
        yield " ".join(map(str, row))


def _migrations():
    yield from (f"待做 {migration.app_label}.{migration.name}" for migration, _ in pending())
    yield from (f"已做 {app}.{name}" for app, name in sorted(MigrationLoader(connection).applied_migrations))


def _disk():
    usage = shutil.disk_usage(settings.DATA_DIR)
    yield f"剩余 {usage.free // 1024**2} MB，共 {usage.total // 1024**2} MB"
    for path in sorted(Path(settings.DATA_DIR).iterdir()):
        yield f"{_size(path) // 1024} kB  {path.name}"


def _size(path):
    return sum(each.lstat().st_size for each in [path, *path.rglob("*")] if each.is_file())


SECTIONS = {
    "health": ("运行状况，与页面上的一样", _health),
    "versions": ("程序、依赖、数据库和系统的版本", _versions),
    "settings": ("设置，不含密钥和密码", _settings),
    "log": (f"日志的最后 {LOG_LINES} 行，汉字和用户名已去掉", _log),
    "jobs": (f"后台任务的数目和最近 {JOBS_SHOWN} 个，不含参数", _jobs),
    "trail": (f"审计记录最后 {HEADS_SHOWN} 条的序号、时间、类别和封印，不含内容", _trail),
    "migrations": ("数据库版本", _migrations),
    "disk": ("磁盘和各文件夹的大小", _disk),
}
