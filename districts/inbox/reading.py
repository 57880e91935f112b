"""What a person was told: how many they have not read, and of each only what they may still see today."""

from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from districts.inbox.models import Notice
from districts.nouns import nouns


def unread(user):
    """How many notices a person has not read, a digest as one: the number at the bell. One indexed query."""
    return Notice.objects.filter(person=user.pk, read_at=None, digest=None).count()


def notices_of(user):
    return Notice.objects.filter(person=user.pk).order_by("-at", "-pk")


def with_reminders(notices):
    """Notices with what hangs under each, newest first."""
    below = Notice.objects.order_by("-at", "-pk").select_related("unit")
    return notices.select_related("unit", "by").prefetch_related(Prefetch("reminders", below))


@dataclass(frozen=True)
class Shown:
    """A notice that may be seen, how its record is called and where it is; a digest has instead those `below` it."""

    notice: Notice
    name: str
    address: str
    below: tuple = ()


def shown(user, notices):
    """(the Shown, ids of the notices that may be seen no more) of some `with_reminders`. One query a noun."""
    below = [reminder for notice in notices for reminder in notice.reminders.all()]
    found = with_records(user, [notice for notice in [*notices, *below] if not notice.is_digest])
    seen = {notice.pk: Shown(notice, noun.called(record), noun.address_of(record)) for notice, noun, record in found}
    for notice in notices:
        if under := tuple(seen[reminder.pk] for reminder in notice.reminders.all() if reminder.pk in seen):
            seen[notice.pk] = Shown(notice, "", reverse("workbench"), under)
    gone = {notice.pk for notice in [*notices, *below]} - seen.keys()
    return [seen[notice.pk] for notice in notices if notice.pk in seen], gone


def with_records(user, notices):
    """[(notice, its noun, its record)] of those whose record the gate still shows to the person. One query a noun."""
    known, found = {noun.key: noun for noun in nouns()}, {}
    for key, told in groupby(sorted(notices, key=lambda n: n.noun), key=lambda n: n.noun):
        noun = known[key]
        records = noun.named(user).in_bulk({notice.record for notice in told})
        found |= {(key, pk): (noun, record) for pk, record in records.items()}
    return [(notice, *found[place]) for notice in notices if (place := (notice.noun, notice.record)) in found]


@transaction.atomic
def mark_read(user, ids=None):
    """Read these, or all: a digest with all below it, and a digest with the last below it.

    The digests are locked first, since a scheduler may be adding to one.
    """
    mine = Notice.objects.filter(person=user.pk, read_at=None)
    digests, now = mine.filter(noun=Notice.DIGEST), timezone.now()
    list(digests.select_for_update(no_key=True))
    asked = mine if ids is None else mine.filter(Q(pk__in=ids) | Q(digest__in=ids))
    asked.update(read_at=now)
    left = Notice.objects.filter(digest=OuterRef("pk"), read_at=None)
    digests.filter(~Exists(left)).update(read_at=now)
