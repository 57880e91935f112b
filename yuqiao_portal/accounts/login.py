"""Checking passwords and codes, at most five wrong ones in a row, counted exactly even when 64 arrive at once."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone

from districts.posts.models import User
from districts.trail.recording import record_event


class Door(NamedTuple):
    """What is guessed at, and the two fields of User that count the guesses."""

    count: str
    at: str


PASSWORD = Door("failed_logins", "last_failed_at")
CODE = Door("failed_codes", "last_code_failed_at")  # apart: wrong codes lock no password, nor the other way round


class GuardedBackend(ModelBackend):
    """Log-in by user name or staff number: two doors to one account, so one lock.

    An unknown name, a locked account, a disabled one and a wrong password take one hash and leave one event each.
    """

    def authenticate(self, request, username=None, password=None, **kwargs):
        if username is None or password is None:
            return None
        user = User.objects.filter_by_login(username).first()
        if not password_is_right(user, password):
            return None
        return user if self.user_can_authenticate(user) else _refused("账号已停用", user)

    def has_perm(self, user_obj, perm, obj=None):
        """Power comes from appointments; Django's own permissions give none."""
        return False

    def get_all_permissions(self, user_obj, obj=None):
        return set()


def password_is_right(user, password):
    """Check a password under the five attempts, as slowly for a locked account or for nobody (None)."""
    if user is None or not reserve_attempt(user):
        make_password(password)
        return _refused("已锁定，未核对密码" if user else "没有这个用户名或工号", user)
    if not user.check_password(password):
        return _refused("密码不对", user)
    forget_failures(user)
    return True


def _refused(why, user):
    """An event; what was typed as a name is not kept: it may be a password in the wrong field."""
    record_event("login_refused", f"{why}：{user.username}" if user else why, by=user, outcome="未通过")


def reserve_attempt(user, door=PASSWORD):
    """Count an attempt *before* anything is looked at; False when the door is locked. One conditional update."""
    now = timezone.now()
    cooled = now - timedelta(seconds=settings.LOGIN_LOCK_SECONDS)
    User.objects.filter(pk=user.pk, **{f"{door.at}__lt": cooled}).update(**{door.count: 0, door.at: None})
    free = User.objects.filter(pk=user.pk, **{f"{door.count}__lt": settings.LOGIN_FAILURES_ALLOWED})
    return bool(free.update(**{door.count: F(door.count) + 1, door.at: now}))


def is_locked(user, door=PASSWORD):
    """For the words to somebody whose account is known already; `reserve_attempt` alone decides."""
    cooled = timezone.now() - timedelta(seconds=settings.LOGIN_LOCK_SECONDS)
    rows = User.objects.filter(pk=user.pk, **{f"{door.at}__gte": cooled})
    return rows.filter(**{f"{door.count}__gte": settings.LOGIN_FAILURES_ALLOWED}).exists()


def forget_failures(user, door=PASSWORD):
    User.objects.filter(pk=user.pk).update(**{door.count: 0, door.at: None})
