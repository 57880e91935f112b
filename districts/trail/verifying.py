"""Is the audit trail whole? Its seals, its numbers, its triggers, and what is kept outside the database: archives and anchors."""

from itertools import chain

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection
from django.utils import timezone

from districts.posts.models import User
from districts.trail.anchors import anchor_lines, anchor_path
from districts.trail.archiving import archived_events
from districts.trail.models import Event
from districts.trail.recording import seal_of


def trail_faults():
    """Chinese sentences, one per fault; an empty list means that nothing was changed, removed or put in."""
    return [*_missing_anchor(), *_faults_of_the_whole(), *_trigger_faults()]


def _faults_of_the_whole():
    table = Event.objects.order_by("serial").iterator(chunk_size=5000)
    try:
        yield from chain_faults(chain(archived_events(), table), dict(_anchors()))
    except (ValueError, TypeError, AttributeError, FieldDoesNotExist, ValidationError):
        yield "归档的审计记录（锚点文件夹里的 events-….jsonl）被改动过，读不出来。请从备份中找回原来的文件。"


def _missing_anchor():
    """A trail that was begun has an anchor from its first event on: without one nothing outside says what it held."""
    if anchor_lines() or not (Event.objects.exists() or User.objects.exists()):
        return []
    return [f"库外锚点不见了（{anchor_path()}）：不能证明审计记录没有被整段删去。请从备份中找回这个文件，并查明原因。"]


def chain_faults(events, anchors=()):
    """The faults of numbers and seals of `events`, in the order of their serials, and of `anchors` ({serial: (day, seal)})."""
    anchors = dict(anchors)
    before, expected, seals = "", 1, {}
    for event in events:
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
    for line in anchor_lines():
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
