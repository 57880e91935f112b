"""Checking a password, at most five wrong ones in a row, counted exactly even when 64 arrive at once."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.db.models import F, Q
from django.utils import timezone

from districts.posts.models import User
from districts.trail.recording import record_event


class GuardedBackend(ModelBackend):
    """Log-in by user name or staff number: two doors to one account, so one lock."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        try:
            user = User.objects.get_by_login(username)
        except User.DoesNotExist:
            make_password(password)  # as slow as a real check, so that names cannot be sounded out
            return None
        if not reserve_attempt(user):
            return None
        if not (user.check_password(password) and self.user_can_authenticate(user)):
            record_event("login_refused", f"密码不对或账号停用：{user.username}", by=user, outcome="未通过")
            return None
        User.objects.filter(pk=user.pk).update(failed_logins=0, last_failed_at=None)
        return user

    def has_perm(self, user_obj, perm, obj=None):
        """Power comes from appointments; Django's own permissions give none."""
        return False

    def get_all_permissions(self, user_obj, obj=None):
        return set()


def reserve_attempt(user):
    """Count an attempt *before* the password is looked at; False when the account is locked. One conditional update."""
    now = timezone.now()
    cooled = now - timedelta(seconds=settings.LOGIN_LOCK_SECONDS)
    User.objects.filter(pk=user.pk, last_failed_at__lt=cooled).update(failed_logins=0, last_failed_at=None)
    free = User.objects.filter(Q(failed_logins__lt=settings.LOGIN_FAILURES_ALLOWED), pk=user.pk)
    return bool(free.update(failed_logins=F("failed_logins") + 1, last_failed_at=now))


def is_locked(typed):
    """Is the account behind this user name or staff number locked now?"""
    cooled = timezone.now() - timedelta(seconds=settings.LOGIN_LOCK_SECONDS)
    rows = User.objects.filter(Q(username=typed) | Q(staff_number=typed), last_failed_at__gte=cooled)
    return rows.filter(failed_logins__gte=settings.LOGIN_FAILURES_ALLOWED).exists()
