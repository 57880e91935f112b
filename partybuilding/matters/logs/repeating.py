"""同上周: what one did last week is done again; a log begins like that one."""

from datetime import timedelta

from partybuilding.matters.logs.models import WorkLog

OFFERED = 3


def last_week(user, today):
    """The person's own logs of last week, those of this weekday first, each text once."""
    monday = today - timedelta(days=today.weekday() + 7)
    rows = WorkLog.objects.written_by(user).standing().filter(happened_on__range=(monday, monday + timedelta(days=6)))
    logs = sorted(rows.order_by("happened_on", "pk"), key=lambda log: log.happened_on.weekday() != today.weekday())
    return list({log.text: log for log in reversed(logs)}.values())[::-1][:OFFERED]


def again(user, asked):
    """The own log that an address names to be repeated (?again=12); None where it is not theirs or was withdrawn."""
    rows = WorkLog.objects.written_by(user).standing()
    return rows.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None


def begun_like(log):
    """What a form begins with, all of it given: it is for today. An order that is closed by now is not offered there."""
    return {
        "text": log.text,
        "category": log.category,
        "place": log.place,
        "unit": log.unit_id,
        "order": log.order_id,
        "corrected": "happened_on,category,place,unit,order",
    }
