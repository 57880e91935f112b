"""今早提醒: all that a person is reminded of on a day hangs under one notice, which is unread again whenever something is added."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from districts.inbox.models import Notice

LABEL = "今早提醒"


def hang(once, day):
    """Hang what this transaction has just written by that key under its persons' digests of a day; returns how many.

    The digests are locked, in the order of their persons, until the transaction ends: nobody reads one at that moment, and
    of two schedulers the second waits.
    """
    new = Notice.objects.filter(once=once, by=None, digest=None)
    key, at = f"{Notice.DIGEST}:{day}", timezone.now()
    said = {"noun": Notice.DIGEST, "record": day.toordinal(), "verb": Notice.DIGEST, "label": LABEL}
    found = dict(new.order_by("person_id").values_list("person", "unit"))
    rows = [Notice(person_id=person, unit_id=unit, at=at, once=key, **said) for person, unit in found.items()]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    digests = Notice.objects.filter(once=key)
    ids = [d.pk for d in digests.filter(person__in=found).order_by("person_id").select_for_update(no_key=True)]
    Notice.objects.filter(pk__in=ids).update(read_at=None, at=at)
    return new.update(digest=Subquery(digests.filter(person=OuterRef("person")).values("pk")[:1]))
