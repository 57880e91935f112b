"""What residents call about: hot categories and places against the span before, what comes again and again, and when."""

from collections import Counter
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count, F, Max
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncMonth
from django.utils import timezone

from partybuilding.appeals.rates.counting import SOLVED

MOST = 10

CATEGORY, PLACE = ["item"], ["spot", "unit", "unit__name"]

AGAIN_WITHIN, AGAIN_FROM = timedelta(days=92), 5  # 未诉先办: so many alike in three months

WEEKDAYS = ["一", "二", "三", "四", "五", "六", "日"]

PARTS_OF_DAY = [
    (0, 6, "0—6 时"),
    (6, 9, "6—9 时"),
    (9, 12, "9—12 时"),
    (12, 15, "12—15 时"),
    (15, 18, "15—18 时"),
    (18, 24, "18—24 时"),
]

SHADES = 4


def hot_categories(rows, since, until):
    """[(category, query of its list, count in the span, count in the span of equal length before)], the most frequent first."""
    return [
        (item, urlencode({"item": item}), now, before) for (item,), now, before in hottest(rows, CATEGORY, since, until)
    ]


def hot_places(rows, since, until):
    """The same by unit and place."""
    found = hottest(rows, PLACE, since, until)
    return [
        (f"{name} {spot}", urlencode({"own": unit, "spot": spot}), now, before)
        for (spot, unit, name), now, before in found
    ]


def hottest(rows, fields, since, until):
    """[(values of the fields, count, count before)]; a place is a unit's, never the street's."""
    if fields == PLACE:
        rows = rows.exclude(unit=F("street"))
    now = _counted(rows.called_between(since, until), fields).most_common(MOST)
    before = _counted(called_before(rows, since, until), fields)
    return [(values, count, before[values]) for values, count in now]


def called_before(rows, since, until):
    """What was called in the span of equal length before."""
    length = until - since + timedelta(days=1)
    return rows.called_between(since - length, since - timedelta(days=1))


def _counted(rows, fields):
    found = rows.exclude(**{fields[0]: ""}).order_by().values_list(*fields).annotate(n=Count("pk"))
    return Counter({tuple(values): n for *values, n in found})


def again(rows, until):
    """[(unit name, item, count, id of the latest, query of their list)] of what one unit heard often in the three months up to a day."""
    since = until - AGAIN_WITHIN
    alike = rows.called_between(since, until).exclude(item="").order_by()
    found = (
        alike.values("unit", "unit__name", "item").annotate(n=Count("pk"), latest=Max("pk")).filter(n__gte=AGAIN_FROM)
    )
    return [
        (
            row["unit__name"],
            row["item"],
            row["n"],
            row["latest"],
            urlencode({"own": row["unit"], "item": row["item"], "since": since, "until": until}),
        )
        for row in found.order_by("-n", "unit__name", "item")[:MOST]
    ]


def months(rows, until):
    """[(first day of the month, appeals called in it, of those solved)] of the twelve months up to a day."""
    first = until.replace(day=1)
    days = [first]
    while len(days) < 12:
        days.insert(0, (days[0] - timedelta(days=1)).replace(day=1))
    found = rows.called_between(days[0], until).order_by().values(month=TruncMonth("called_on"))
    counts = {row["month"]: row for row in found.annotate(n=Count("pk"), solved=Count("pk", filter=SOLVED))}
    return [(day, counts.get(day, {}).get("n", 0), counts.get(day, {}).get("solved", 0)) for day in days]


def heat(rows, since, until):
    """[(part of the day, [(count, shade 0 to 4) of Monday to Sunday])], by the time of the call in Beijing."""
    zone = timezone.get_default_timezone()
    span = rows.called_between(since, until).order_by()
    when = span.annotate(day=ExtractIsoWeekDay("called_at", tzinfo=zone), hour=ExtractHour("called_at", tzinfo=zone))
    counts = {(day, hour): n for day, hour, n in when.values_list("day", "hour").annotate(n=Count("pk"))}
    table = [
        (label, [sum(counts.get((day, hour), 0) for hour in range(first, last)) for day in range(1, 8)])
        for first, last, label in PARTS_OF_DAY
    ]
    most = max((n for _, cells in table for n in cells), default=0)
    return [(label, [(n, -(-n * SHADES // most) if most else 0) for n in cells]) for label, cells in table]
