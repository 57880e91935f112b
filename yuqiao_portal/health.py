from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.jobs.models import Alarm
from districts.posts.models import User
from yuqiao_portal.operations.checks import checks

SHOWN = 10


class BeforeAnything:
    """Answers a monitor before a session, a person or a lock is asked for, whatever else waits."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_asked = request.method in {"GET", "HEAD"}
        view = {reverse("live"): live, reverse("ready"): ready}.get(request.path) if is_asked else None
        return view(request) if view else self.get_response(request)


@require_safe
@login_not_required
def live(request):
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@login_not_required
def ready(request):
    """The database answers too; with `?deep` all that the portal needs to run is fine, or the answer names what is not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        failing = _failing() if "deep" in request.GET else []
    except DatabaseError:
        return JsonResponse({"status": "database unavailable"}, status=503)
    if failing:
        return JsonResponse({"status": "failing", "failing": failing}, status=503)
    return JsonResponse({"status": "ok"})


def _failing():
    return [check.key for check in checks() if not check.is_fine and check.key != "calendar"]


@require_safe
def page(request):
    """How the portal is, for the system administrator: each line a sentence, what is wrong first."""
    if request.user.admin_role != User.AdminRole.SYSTEM_ADMIN:
        raise Http404
    alarms = Alarm.objects.order_by("-pk")[:SHOWN]
    return render(request, "health.html", {"checks": checks(), "alarms": alarms, "now": timezone.now()})
