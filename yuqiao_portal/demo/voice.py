"""Two 投诉建议 of the fictional street, and how much its people typed in the months that were invented for it."""

from collections import Counter

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from districts.burden.models import Asked
from districts.voice.actions import answer, say
from partybuilding.matters.logs.models import LogAttachment, WorkLog
from partybuilding.matters.orders.models import AssignmentStep

TABLES = "垃圾分类的台账，社区每月给三个科室各报一次，格式还不一样，能不能只报一次？（演示）"
MEETINGS = "下午的会常常临时通知，当天约好的入户只好改期，希望至少提前一天通知。（演示）"
ANSWER = "已和三个科室说定：从下月起只在门户里报一次，各科室自己取数。（演示）"


def speak(root, office, secretary):
    """One to the office, signed and answered; one to the leaders, unsigned, that waits."""
    answer(say(TABLES, to="office", street=root, author=secretary), office, text=ANSWER)
    say(MEETINGS, to="leaders", street=root)


def count_what_was_typed(root):
    """As a form each log and step of the demo's own, with its text and its files: for these no request was ever sent."""
    numbers = {}
    told = Count("pk", filter=~Q(note=""))
    steps = AssignmentStep.objects.filter(appointment__unit__tree_id=root.tree_id)
    _add(numbers, steps, "appointment__unit", "taken_on", forms=Count("pk"), fields=told)
    logs = WorkLog.objects.filter(unit__tree_id=root.tree_id)
    _add(numbers, logs, "unit", "happened_on", forms=Count("pk"), fields=Count("pk"))
    files = LogAttachment.objects.filter(log__unit__tree_id=root.tree_id)
    _add(numbers, files, "log__unit", "log__happened_on", photos=Count("pk"))
    Asked.objects.bulk_create(Asked(unit_id=unit, month=month, **found) for (unit, month), found in numbers.items())


def _add(numbers, rows, unit, day, **counts):
    """Add to {(unit, month): Counter} what is counted of some rows."""
    found = {f"n_{name}": count for name, count in counts.items()}
    for row in rows.order_by().annotate(month=TruncMonth(day)).values(unit, "month").annotate(**found):
        counter = numbers.setdefault((row[unit], row["month"]), Counter())
        counter.update({name: row[f"n_{name}"] for name in counts})
