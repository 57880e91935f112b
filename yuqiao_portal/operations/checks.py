"""How the portal is: each check a sentence. What runs by itself is judged by its own signs, whether or not a job waits."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.formats import date_format
from kombu.exceptions import OperationalError

from districts.calendar.workdays import calendar_warning
from districts.jobs.hearts import is_silent, newest
from districts.jobs.models import Heartbeat, Job
from districts.trail.anchors import unanchored_since
from districts.trail.verifying import trigger_names
from yuqiao_portal.celery import app
from yuqiao_portal.operations.upgrade import pending

LOW_DISK_BYTES = 2 * 1024**3
LOW_DISK_SHARE = 0.05
UNSWEPT = timedelta(minutes=2)
A_NIGHT = timedelta(hours=26)
TO_CATCH_UP = timedelta(minutes=90)  # a computer that was off over night has this long for what is due
BACKUP_IS_OLD = timedelta(days=2)


class Check(NamedTuple):
    is_fine: bool
    name: str
    text: str
    key: str


def checks():
    """Every Check, what is wrong first."""
    every = [_disk(), _broker(), _waiting(), _dead(), _migrations(), _trail(), _calendar(), *running_checks()]
    return sorted(every, key=lambda check: check.is_fine)


def running_checks():
    """Of what runs by itself."""
    return [_worker(), _beat(), _rollup(), _clean_up(), _anchor(), _backup()]


def failures_to_tell():
    """Those of what runs by itself that fail; whoever has just begun is not told that there is no backup yet."""
    is_new = _installed() > timezone.now() - BACKUP_IS_OLD
    return [c for c in running_checks() if not c.is_fine and not (is_new and c.key == "backup")]


def _disk():
    usage = shutil.disk_usage(settings.DATA_DIR)
    is_fine = usage.free > LOW_DISK_BYTES and usage.free > usage.total * LOW_DISK_SHARE
    advice = "" if is_fine else "。快满了：请清理旧备份或扩容，写满后无法保存任何内容"
    text = f"剩余 {usage.free / 1024**3:.1f} GB，共 {usage.total / 1024**3:.0f} GB{advice}"
    return Check(is_fine, "磁盘", text, "disk")


def _broker():
    if settings.CELERY_BROKER_URL.startswith("memory"):
        return Check(True, "消息服务", "任务在网页进程内执行，不需要消息服务", "broker")
    try:
        with app.connection_for_write() as link:
            link.ensure_connection(max_retries=0, timeout=1)
    except (OperationalError, OSError):
        return Check(False, "消息服务", "连不上。填报不受影响，后台任务会等它恢复后补做", "broker")
    return Check(True, "消息服务", "正常", "broker")


def _waiting():
    late = Job.objects.claimable(timezone.now()).filter(created_at__lt=timezone.now() - UNSWEPT).count()
    text = f"{late} 个任务等了两分钟以上没有人做，请检查 worker 和 beat 是否在运行" if late else "没有积压"
    return Check(not late, "后台任务", text, "jobs")


def _dead():
    dead = Job.objects.filter(state=Job.State.DEAD).count()
    return Check(not dead, "失败任务", f"{dead} 个，可在“后台任务”里重试" if dead else "没有", "dead_jobs")


def _migrations():
    steps = len(pending())
    text = f"差 {steps} 步，请运行 manage.py upgrade" if steps else "与程序一致"
    return Check(not steps, "数据库版本", text, "version")


def _trail():
    is_fine = {"trail_no_update", "trail_no_delete"} <= set(trigger_names())
    text = "只增不改的触发器都在" if is_fine else "防改触发器缺失，请运行 manage.py verify_log 查看"
    return Check(is_fine, "审计记录", text, "trail")


def _calendar():
    today = timezone.localdate()
    warning = calendar_warning(today) or (
        calendar_warning(today.replace(year=today.year + 1, day=1)) if today.month > 10 else ""
    )
    return Check(not warning, "工作日历", warning or "今年的放假和调休安排已在册", "calendar")


def _worker():
    return _heart(Heartbeat.Part.WORKER, "后台任务不会有人做", "yuqiao-worker")


def _beat():
    return _heart(Heartbeat.Part.BEAT, "每晚的汇总、清理和日报不会开始", "yuqiao-beat")


def _heart(part, what_follows, service):
    heard = newest(part)
    if is_silent(heard):
        silent = f"自 {_moment(heard.at)} 起没有动静" if heard else "还没有动静"
        return Check(False, part.label, f"{silent}：{what_follows}。请重新启动 {service}", part.value)
    return Check(True, part.label, f"{heard.node}，自 {_moment(heard.since)} 起在运行", part.value)


def _rollup():
    done = Job.objects.filter(kind="rollup", state=Job.State.DONE).order_by("-finished_at").first()
    return _nightly("每晚汇总", "rollup", done and done.finished_at, "得分和名次停在那时")


def _clean_up():
    done = newest(Heartbeat.Part.CLEAN_UP)
    return _nightly("每晚清理", Heartbeat.Part.CLEAN_UP.value, done and done.at, "过期的登录和临时文件会越积越多")


def _nightly(name, key, last, what_follows):
    said = f"最近一次 {_moment(last)}" if last else "还没有做过"
    if _is_late(last or _installed()):
        return Check(False, name, f"{said}，已过了一夜：{what_follows}。请看 beat、worker 和失败任务", key)
    return Check(True, name, said, key)


def _is_late(last):
    """Has a night passed since, and has the portal run long enough to catch up?"""
    beat = newest(Heartbeat.Part.BEAT)
    may_catch_up = beat and not is_silent(beat) and beat.since > timezone.now() - TO_CATCH_UP
    return last < timezone.now() - A_NIGHT and not may_catch_up


def _anchor():
    """The trail's newest line outside the database must not be a day behind it."""
    since = unanchored_since()
    is_fine = since is None or not _is_late(since)
    late = "" if is_fine else f"自 {_moment(since)} 起的审计记录还没有库外锚点，请检查 beat 和锚点文件夹能否写入"
    return Check(is_fine, "库外锚点", late or "每天一行，都在", "anchor")


def _backup():
    """The newest backup in the usual folder; elsewhere this page cannot look."""
    found = sorted(Path(settings.BACKUP_DIR).glob("portal-*.backup")) if Path(settings.BACKUP_DIR).exists() else []
    if not found:
        return Check(False, "备份", "备份文件夹里还没有备份，请按手册设置每日备份", "backup")
    age = timezone.now().timestamp() - found[-1].stat().st_mtime
    is_fine = age < BACKUP_IS_OLD.total_seconds()
    text = f"最近一份 {found[-1].name}，{age / 3600:.0f} 小时前{'' if is_fine else '，超过两天'}"
    return Check(is_fine, "备份", text, "backup")


def _installed():
    """When this database was made or brought back."""
    return MigrationRecorder(connection).migration_qs.order_by("applied").first().applied


def _moment(at):
    return date_format(timezone.localtime(at), "n月j日 H:i")
