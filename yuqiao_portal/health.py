import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from districts.calendar.workdays import calendar_warning
from districts.jobs.models import Job
from districts.posts.models import User
from districts.trail.verifying import trigger_names
from yuqiao_portal.celery import app
from yuqiao_portal.operations.upgrade import pending

LOW_DISK_BYTES = 2 * 1024**3
LOW_DISK_SHARE = 0.05
UNSWEPT = timedelta(minutes=2)


class BeforeAnything:
    """Answers a monitor before a session, a person or a lock is asked for, whatever else waits."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        view = {reverse("live"): live, reverse("ready"): ready}.get(request.path)
        return view(request) if view else self.get_response(request)


@require_safe
@login_not_required
def live(request):
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@login_not_required
def ready(request):
    """The database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unavailable"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def page(request):
    """How the portal is, for the system administrator: each line a sentence, what is wrong first."""
    if request.user.admin_role != User.AdminRole.SYSTEM_ADMIN:
        raise Http404
    checks = [_disk(), _broker(), _waiting(), _dead(), _migrations(), _trail(), _backup(), _calendar()]
    return render(request, "health.html", {"checks": sorted(checks, key=lambda check: check[0]), "now": timezone.now()})


def _disk():
    usage = shutil.disk_usage(settings.DATA_DIR)
    is_fine = usage.free > LOW_DISK_BYTES and usage.free > usage.total * LOW_DISK_SHARE
    advice = "" if is_fine else "。快满了：请清理旧备份或扩容，写满后无法保存任何内容"
    return is_fine, "磁盘", f"剩余 {usage.free / 1024**3:.1f} GB，共 {usage.total / 1024**3:.0f} GB{advice}"


def _broker():
    if settings.CELERY_BROKER_URL.startswith("memory"):
        return True, "消息服务", "任务在网页进程内执行，不需要消息服务"
    try:
        with app.connection_for_write() as link:
            link.ensure_connection(max_retries=0, timeout=1)
    except (OperationalError, OSError) as error:
        return False, "消息服务", f"连不上（{type(error).__name__}）。填报不受影响，后台任务会等它恢复后补做"
    return True, "消息服务", "正常"


def _waiting():
    late = Job.objects.claimable(timezone.now()).filter(created_at__lt=timezone.now() - UNSWEPT).count()
    if late:
        return False, "后台任务", f"{late} 个任务等了两分钟以上没有人做，请检查 worker 和 beat 是否在运行"
    return True, "后台任务", "没有积压"


def _dead():
    dead = Job.objects.filter(state=Job.State.DEAD).count()
    return not dead, "失败任务", f"{dead} 个，可在“后台任务”里重试" if dead else "没有"


def _migrations():
    steps = len(pending())
    return not steps, "数据库版本", f"差 {steps} 步，请运行 manage.py upgrade" if steps else "与程序一致"


def _trail():
    is_fine = {"trail_no_update", "trail_no_delete"} <= set(trigger_names())
    return (
        is_fine,
        "审计记录",
        "只增不改的触发器都在" if is_fine else "防改触发器缺失，请运行 manage.py verify_log 查看",
    )


def _backup():
    """The newest backup in the usual folder; elsewhere this page cannot look."""
    found = sorted(Path(settings.BACKUP_DIR).glob("portal-*.backup")) if Path(settings.BACKUP_DIR).exists() else []
    if not found:
        return False, "备份", "备份文件夹里还没有备份，请按手册设置每日备份"
    age = timezone.now().timestamp() - found[-1].stat().st_mtime
    is_fine = age < 2 * 86400
    return is_fine, "备份", f"最近一份 {found[-1].name}，{age / 3600:.0f} 小时前{'' if is_fine else '，超过两天'}"


def _calendar():
    today = timezone.localdate()
    warning = calendar_warning(today) or (
        calendar_warning(today.replace(year=today.year + 1, day=1)) if today.month > 10 else ""
    )
    return not warning, "工作日历", warning or "今年的放假和调休安排已在册"
