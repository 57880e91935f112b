"""What a person was told: how many they have not read, and of each only what they may still see today."""

from itertools import groupby

from django.utils import timezone

from districts.inbox.models import Notice
from districts.nouns import nouns


def unread(user):
    """How many notices a person has not read: the number at the bell. One indexed query."""
    return Notice.objects.filter(person=user.pk, read_at=None).count()


def notices_of(user):
    return Notice.objects.filter(person=user.pk).order_by("-at", "-pk")


def with_records(user, notices):
    """[(notice, its noun, its record)] of those whose record the gate still shows to the person. One query a noun."""
    known, found = {noun.key: noun for noun in nouns()}, {}
    for key, told in groupby(sorted(notices, key=lambda n: n.noun), key=lambda n: n.noun):
        noun = known[key]
        records = noun.named(user).in_bulk({notice.record for notice in told})
        found |= {(key, pk): (noun, record) for pk, record in records.items()}
    return [(notice, *found[place]) for notice in notices if (place := (notice.noun, notice.record)) in found]


def mark_read(notices):
    """Returns how many had not been read."""
    return notices.filter(read_at=None).update(read_at=timezone.now())
