"""Circulars of the cast: made, sent by the form, opened, and who was told."""

from datetime import timedelta

from django.utils import timezone

from districts.inbox.models import Notice
from partybuilding.matters.circulars import actions
from tests.cast import STREET, log_in


def make_circular(street, to=("东一社区",), by="office", unit=STREET, days=10, **fields):
    words = {"title": "寒潮提醒", "content": "今夜降温，请提醒独居老人。"} | fields
    last_on = timezone.localdate() + timedelta(days=days)
    units = [street.units[name] for name in to]
    return actions.send(street.people[by], unit=street.units[unit], units=units, last_on=last_on, **words)


def opened(circular):
    return set(circular.units.filter(is_opened=True).values_list("unit__name", flat=True))


def visit(client, street, login, circular):
    return log_in(client, street.people[login]).get(f"/circulars/{circular.pk}/")


def told(street, login):
    rows = Notice.objects.filter(person=street.people[login]).order_by("pk").select_related("by", "unit")
    return [(n.label, n.unit.name, n.by.username) for n in rows]


def form(street, unit=STREET, **changes):
    return {
        "unit": street.units[unit].pk,
        "title": "寒潮提醒",
        "content": "今夜降温，请提醒独居老人。",
        "last_on": timezone.localdate() + timedelta(days=10),
        **changes,
    }
