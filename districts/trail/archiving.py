"""Old events move to files beside the anchors, as they were sealed: the chain goes through the files into the table."""

import json
import os
import re
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from districts.locking import TRAIL_LOCK, advisory_lock
from districts.trail.models import Event
from districts.trail.recording import record_event
from districts.trail.triggers import removal_allowed

A_YEAR = timedelta(days=365.25)
MOST_AT_ONCE = 50_000
_NAME = re.compile(r"events-(\d+)-(\d+)\.jsonl")


def archive_events(years):
    """Move the events that are older than so many years, from where the table begins; none for 0. Returns how many.

    The file is whole before a row goes: whoever is killed in between begins anew. The newest event always stays.
    """
    if not years:
        return 0
    with advisory_lock(TRAIL_LOCK):
        old = _older_than(timezone.now() - years * A_YEAR).order_by("serial")
        if not old.exists():
            return 0
        name = f"events-{old.first().serial}-{old.last().serial}.jsonl"
        number = _write(settings.ANCHOR_DIR / name, old)
        with removal_allowed(connection):
            old.order_by()._raw_delete("default")
        record_event("operation", f"归档 {number} 条审计记录到 {name}")
    return number


def archives():
    """The files that lead, without a gap, from the first event to where the table begins."""
    first = Event.objects.order_by("serial").first()
    begins = first.serial if first else 1
    found = {}
    for path in sorted(settings.ANCHOR_DIR.glob("events-*.jsonl")):
        if (span := _NAME.fullmatch(path.name)) and int(span[2]) < begins:
            found[int(span[1])] = max(found.get(int(span[1]), (0, path)), (int(span[2]), path))
    serial, chain = 1, []
    while serial in found:
        last, path = found[serial]
        chain.append(path)
        serial = last + 1
    return chain


def archived_events():
    """Every Event of the archives, in the order of their serials. Raises ValueError and the like where a line is none."""
    for path in archives():
        with path.open(encoding="utf-8") as lines:
            yield from events_of(lines)


def events_of(lines):
    """An Event for each line of an archive."""
    for line in lines:
        values = {Event._meta.get_field(name): value for name, value in json.loads(line).items()}
        yield Event(**{f.attname: v if f.is_relation or v is None else f.to_python(v) for f, v in values.items()})


def _older_than(moment):
    """Not more than so many: nobody can log in while they leave."""
    first, newest = (Event.objects.order_by(order).first() for order in ("serial", "-serial"))
    if first is None:
        return Event.objects.none()
    young = Event.objects.filter(at__gte=moment).order_by("serial").first() or newest
    return Event.objects.filter(serial__lt=min(young.serial, first.serial + MOST_AT_ONCE))


def _write(path, events):
    """Each event as a line of JSON, {column: value}; returns how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part, number = path.with_suffix(".part"), 0
    with part.open("w", encoding="utf-8") as file:
        for row in events.values().iterator(chunk_size=5000):
            file.write(json.dumps(row, ensure_ascii=False, default=lambda moment: moment.isoformat()) + "\n")
            number += 1
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    return number
