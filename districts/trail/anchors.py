"""What the trail held, once a day, kept outside the database: whoever cuts the trail's end cannot cut this file as well."""

from django.conf import settings
from django.utils import timezone

from districts.trail.models import Event

ANCHORS = "trail-anchors.txt"  # in settings.ANCHOR_DIR: one line a day: day, serial, seal


def anchor_path():
    return settings.ANCHOR_DIR / ANCHORS


def anchor_lines():
    return anchor_path().read_text(encoding="ascii").splitlines() if anchor_path().exists() else []


def write_anchor():
    """Add a line, once a day; on the day on which the trail begins once more. False where there is nothing to add."""
    last = Event.objects.order_by("-serial").first()
    known = anchor_lines()[-1:]
    if last is None or (known and not _is_due(known[0].split(), last)):
        return False
    anchor_path().parent.mkdir(parents=True, exist_ok=True)
    with anchor_path().open("a", encoding="ascii") as file:
        file.write(f"{timezone.localdate():%Y-%m-%d} {last.serial} {last.seal}\n")
    return True


def unanchored_since():
    """When the oldest event was recorded that no line outside the database covers; None where all are covered."""
    lines = anchor_lines()
    covered = int(lines[-1].split()[1]) if lines else 0
    first = Event.objects.filter(serial__gt=covered).order_by("serial").first()
    return first and first.at


def _is_due(known, last):
    """Does what happened since a line (its day, serial, seal) deserve another?"""
    day, serial = known[0], int(known[1])
    return serial != last.serial and (serial == 1 or day != f"{timezone.localdate():%Y-%m-%d}")
