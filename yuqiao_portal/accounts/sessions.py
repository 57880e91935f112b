"""Sessions end: idle, after a working day, and at once when a post or an account ends."""

import time
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import Exists, OuterRef, Subquery
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from districts.duties import HANDLES_FOR, posts_that_log_in
from districts.posts.models import Appointment, Delegation
from districts.trail.recording import record_event
from districts.units.models import Unit

NOTED_EVERY = 60  # seconds between two writes of "last seen"
POLL_HEADER = "X-Poll"  # a page that asks by itself is not a person at work


def posts_today(user):
    """The user's appointments valid today that give any duty, with their units; the first names them in the page's head."""
    rows = Appointment.objects.valid_on(timezone.localdate()).filter(user=user, post__in=posts_that_log_in())
    roots = Unit.objects.filter(tree_id=OuterRef("unit__tree_id"), parent=None)
    lent = Delegation.objects.valid_on(timezone.localdate()).filter(delegate=user)
    rows = rows.annotate(street=Subquery(roots.values("name")[:1]), borrows=Exists(lent))
    return list(rows.select_related("unit").order_by("unit__level", "pk"))


def acts_for_nobody(posts):
    """Of `posts_today(user)`: nothing is lent to the user, and none of their posts acts for another."""
    return bool(posts) and not any(post.borrows or post.post in HANDLES_FOR for post in posts)


READING = ("GET", "HEAD")  # what changes nothing, and so neither who holds a post


def now():
    return int(time.time())


def enter(request, user):
    """Log somebody in who has proved who they are; note when the session began and on which posts it rests."""
    login(request, user, backend="yuqiao_portal.accounts.login.GuardedBackend")
    request.session["began"] = request.session["seen"] = now()
    request.session["posts"] = [a.pk for a in posts_today(user)]
    record_event("login", f"{user.username} 登录", by=user)


def home_of(user):
    """The first page after logging in."""
    return reverse("admin:index" if user.is_staff else "workbench")


def must_set_up(request):
    """An administrator without a second factor, or whoever had it reset, may do nothing else first."""
    user = request.user
    if not user.is_authenticated:
        return False
    needs_it = (settings.TOTP_FOR_ADMINS and user.admin_role) or user.must_set_up_code
    return bool(needs_it) and not user.is_verified()


class SessionLimits:
    """Puts `request.posts` (valid today) on the request; logs out what has run its time."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.posts = []
        if request.user.is_authenticated:
            request.posts = posts_today(request.user)
            request.user.acts_for_nobody = acts_for_nobody(request.posts)
            request.user.units_found = {} if request.method in READING else None
            reason = self._why_over(request)
            if reason:
                logout(request)
                messages.warning(request, reason)
        response = self.get_response(request)
        self._note_seen(request)
        return response

    def _why_over(self, request):
        now, session = time.time(), request.session
        if "began" not in session:
            return "请重新登录。"
        if now - session["seen"] > settings.SESSION_IDLE_SECONDS:
            return "您离开的时间较长，为安全起见已退出。请重新登录，刚才填写的内容会保留在本机。"
        if now - session["began"] > settings.SESSION_COOKIE_AGE:
            return "本次登录已满 12 小时，请重新登录。刚才填写的内容会保留在本机。"
        if set(session["posts"]) - {a.pk for a in request.posts}:
            return "您的任职有变动，请重新登录。"
        if not request.posts and not request.user.admin_role:
            return "您目前没有有效的任职，不能使用。请联系党群工作办公室。"
        return None

    def _note_seen(self, request):
        if not getattr(request, "user", None) or not request.user.is_authenticated or POLL_HEADER in request.headers:
            return
        now = int(time.time())
        if now - request.session.get("seen", 0) >= NOTED_EVERY:
            request.session["seen"] = now


class LoginRequired(LoginRequiredMiddleware):
    """Every page wants a log-in unless it says otherwise; a forced change of password comes before anything else.

    A partial page that comes too late sends the whole window to the log-in page and back to the page it was on.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        response = super().process_view(request, view_func, view_args, view_kwargs)
        name = request.resolver_match.url_name if request.resolver_match else ""
        first = self._comes_first(request)
        if response is None and first and name not in {first, "logout", "live", "ready"}:
            return _send_to(request, resolve_url(first))
        return response

    def _comes_first(self, request):
        """The page that somebody must deal with before any other."""
        if request.user.is_authenticated and request.user.must_change_password:
            return "password_change"
        return "second_factor" if must_set_up(request) else None

    def handle_no_permission(self, request, view_func):
        login = resolve_url(self.get_login_url(view_func))
        return _send_to(request, f"{login}?{urlencode({'next': _page_of(request)})}")


def _send_to(request, url):
    """Send the whole window, also when only a part of the page was asked for."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _page_of(request):
    """The page that the user was on: what they come back to after logging in."""
    if request.htmx:
        return request.htmx.current_url_abs_path or "/"
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.get_host() else "/"
