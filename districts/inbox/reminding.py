"""Reminders: of a working day's morning, what the nouns say is due, late or unanswered; each told once, however often it is asked."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from districts.burden.counting import count_reminders
from districts.calendar.workdays import is_working_day
from districts.inbox.digests import hang
from districts.inbox.models import Notice, Quiet
from districts.inbox.telling import tell
from districts.nouns import nouns


@dataclass(frozen=True)
class Reminder:
    """To remind the people of a unit, or the persons of these ids, of a record: what it is, in words, and its key, said once.

    Nobody is reminded who has switched off `quiet`, or the mornings altogether.
    """

    record: object
    unit: object
    verb: str
    label: str
    once: str
    quiet: str = ""
    to: set | None = None


def remind(today):
    """Write what is to be said on a day and has not been said; returns how many people were told.

    Each reminder is one small transaction: whoever is killed between two goes on where they stopped.
    """
    if not is_working_day(today):
        return 0
    wanted = [reminder for noun in nouns() if noun.reminders for reminder in noun.reminders(today)]
    said = set(Notice.objects.filter(once__in={r.once for r in wanted}).values_list("once", flat=True))
    return sum(_tell(reminder, today) for reminder in wanted if reminder.once not in said)


@transaction.atomic
def _tell(reminder, today):
    said = {"verb": reminder.verb, "label": reminder.label, "once": reminder.once, "at": timezone.now()}
    unless = (Quiet.What.DIGEST, reminder.quiet)
    told = tell([(reminder.record, reminder.unit)], by=None, unless=unless, to=reminder.to, **said)
    if told:
        count_reminders(reminder.unit, hang(reminder.once, today))
    return told
