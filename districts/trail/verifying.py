"""Is the audit trail whole? Its seals, its numbers, its triggers, and the anchors kept outside the database."""

from django.conf import settings
from django.db import connection
from django.utils import timezone

from districts.trail.models import Event
from districts.trail.recording import seal_of

ANCHORS = "trail-anchors.txt"  # in settings.ANCHOR_DIR: one line a day: day, serial, seal


def anchor_path():
    return settings.ANCHOR_DIR / ANCHORS


def write_anchor():
    """Add today's line, once a day, outside the database. Whoever cuts the trail's end cannot cut this file as well."""
    today = f"{timezone.localdate():%Y-%m-%d}"
    last = Event.objects.order_by("-serial").first()
    if last is None or any(line.startswith(today) for line in _lines()):
        return False
    anchor_path().parent.mkdir(parents=True, exist_ok=True)
    with anchor_path().open("a", encoding="ascii") as file:
        file.write(f"{today} {last.serial} {last.seal}\n")
    return True


def _lines():
    return anchor_path().read_text(encoding="ascii").splitlines() if anchor_path().exists() else []


def trail_faults():
    """Chinese sentences, one per fault; an empty list means that nothing was changed, removed or put in."""
    return [*chain_faults(dict(_anchors())), *_trigger_faults()]


def chain_faults(anchors=()):
    """The faults of numbers and seals, and of `anchors` ({serial: (day, seal)}) where they are given."""
    anchors = dict(anchors)
    before, expected, seals = "", 1, {}
    for event in Event.objects.order_by("serial").iterator(chunk_size=5000):
        if event.serial != expected:
            yield f"第 {expected} 至 {event.serial - 1} 条记录不见了。"
        elif event.seal != seal_of(event, before):
            yield f"第 {event.serial} 条记录（{timezone.localtime(event.at):%Y-%m-%d %H:%M}）被改动过，或它之前的记录被换过。"
        if event.serial in anchors:
            seals[event.serial] = event.seal
        before, expected = event.seal, event.serial + 1
    for serial, (day, seal) in anchors.items():
        if seals.get(serial) != seal:
            yield f"{day} 的库外锚点与第 {serial} 条记录不符：记录被整段改写或截去。"


def _anchors():
    for line in _lines():
        day, serial, seal = line.split()
        yield int(serial), (day, seal)


def _trigger_faults():
    names = set(trigger_names())
    missing = {"trail_no_update", "trail_no_delete"} - names
    return [f"数据库缺少防改触发器 {name}。" for name in sorted(missing)]


def trigger_names():
    """Names of the triggers on the table of events."""
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'districts_event'::regclass AND NOT tgisinternal AND tgenabled <> 'D'"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'districts_event'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [name for (name,) in cursor.fetchall()]
