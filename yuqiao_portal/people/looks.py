"""Looks at colleagues' telephone numbers: each one recorded, many in a day with a reason, none refused."""

from django import forms
from django.conf import settings
from django.utils import timezone

from districts.records.fields import PortalForm
from districts.trail.models import Event
from districts.trail.recording import record_event

KINDS = [Event.Kind.REVEAL, Event.Kind.REVEAL_MANY]


class LookForm(PortalForm):
    reason = forms.CharField(
        label="原因",
        min_length=2,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请写明原因，如：防汛值守，逐个通知。", "min_length": "请写明原因，至少两个字。"},
    )


def needs_reason(reader, person):
    """Has the reader seen as many people's numbers today as is usual, and not yet this one's?"""
    if person.pk == reader.pk:
        return False
    seen = _seen_today(reader)
    return _said(person) not in seen and len(seen) >= settings.PHONE_LOOKS_A_DAY


def record_look(reader, person, reason=None):
    """One event, of a kind of its own where a reason was asked: the auditor sees it among the others. One's own is none."""
    if person.pk == reader.pk:
        return
    if reason is None:
        record_event("reveal", _said(person), by=reader)
    else:
        outcome = f"超过 {settings.PHONE_LOOKS_A_DAY} 人，理由：{reason}"
        record_event("reveal_many", _said(person), by=reader, outcome=outcome)


def _said(person):
    return f"查看 {person.name}（{person.username}）的手机号"


def _seen_today(reader):
    """What was said of each person looked at, once each."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Event.objects.filter(actor=reader, at__gte=midnight, kind__in=KINDS)
    return set(rows.values_list("subject", flat=True))
