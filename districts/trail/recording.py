"""Write an event of the audit trail: numbered without a gap and sealed over the one before, under one lock."""

import hashlib
import hmac
import json
from contextvars import ContextVar
from datetime import UTC
from ipaddress import ip_address

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from districts.access import appointments_of
from districts.locking import TRAIL_LOCK, advisory_lock
from districts.privacy.rules import scrubbed
from districts.trail.anchors import write_anchor
from districts.trail.models import Event

_request = ContextVar("request", default=None)


class RequestKnown:
    """Middleware: lets an event say who asked and from where, however deep it is recorded."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def record_event(kind, subject, *, by=None, outcome="成功", acting=None):
    """Add an event, in the caller's transaction where there is one. Without `by`, whoever is logged in did it.

    `acting` (`workflow.Acting`) says under which post it was done, and for whom. Nothing here is ever taken back, so
    every word passes the scrubber.
    """
    request = _request.get()
    if by is None and request is not None and request.user.is_authenticated:
        by = request.user
    with advisory_lock(TRAIL_LOCK):
        last = Event.objects.order_by("-serial").first()
        event = Event(
            serial=last.serial + 1 if last else 1,
            at=timezone.now(),
            kind=kind,
            actor=by,
            under=scrubbed(acting.words(by) if acting else _posts_of(request, by, kind))[:120],
            subject=scrubbed(subject)[:300],
            outcome=scrubbed(outcome)[:60],
            address=address_of(request),
        )
        event.seal = seal_of(event, last.seal if last else "")
        event.save(force_insert=True)
        if last is None:
            transaction.on_commit(write_anchor)  # from now on a missing anchor means that it was taken away
    return event


def seal_of(event, before):
    """The keyed digest of an event's words and of the seal before it, as 64 hexadecimal digits."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    words = [before, event.serial, at, event.kind, event.actor_id, event.under, event.subject]
    text = json.dumps([*words, event.outcome, event.address], ensure_ascii=False)
    return hmac.new(settings.TRAIL_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


# What takes sight of records and nothing else: done under every post that gives it, the lent ones too.
BY_SIGHT = {Event.Kind.EXPORT, Event.Kind.DOWNLOAD, Event.Kind.REVEAL, Event.Kind.REVEAL_MANY}


def _posts_of(request, by, kind):
    """What the person was called when they did it; where sight alone was used, also for whom they may look."""
    if request is None or by is None or by.pk != getattr(request.user, "pk", None):
        return ""
    if by.admin_role:
        return by.get_admin_role_display()
    own = [f"{a.unit.name}·{a.called}" for a in getattr(request, "posts", [])]
    lent = [a for a in appointments_of(by) if a.user_id != by.pk] if kind in BY_SIGHT else []
    return "、".join([*own, *(f"代 {a.user.name}（{a.unit.name}·{a.called}）" for a in lent)])


def address_of(request):
    """The caller's address; what a proxy says counts only when the portal stands behind one of its own, as an address."""
    if request is None:
        return "本机命令"
    direct = request.META.get("REMOTE_ADDR", "")
    said = request.headers.get("X-Real-IP", direct) if settings.BEHIND_TLS else direct
    try:
        return str(ip_address(said))[:45]
    except ValueError:
        return ""
