"""每月一题: chosen from what comes again and again, with what came before it and since."""

from collections import Counter
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.db.models.functions import TruncMonth

from districts.duties import Duty
from districts.trail.recording import record_event
from districts.units.models import Unit
from districts.workflow import NotYours, act_as
from partybuilding.appeals.models import Appeal, MonthlyTopic

MONTHS = 3  # looked back and forward


@dataclass(frozen=True)
class Progress:
    """A topic and how many appeals of its kind came in the three months before its month, and in the three from it on."""

    topic: MonthlyTopic
    before: int
    since: int


@transaction.atomic
def choose_topic(by, *, unit, month, item, title, under=None, basis=""):
    """By whoever issues for the unit that leads. NotYours or ValidationError."""
    if not Unit.objects.where_user_may(by, Duty.ISSUE).filter(pk=unit.pk).exists():
        raise NotYours
    acting = act_as(by, Duty.ISSUE, unit, "列题", under=under, basis=basis)
    try:
        with transaction.atomic():
            topic = MonthlyTopic.objects.create(unit=unit, month=month, item=item, title=title, created_by=by)
    except IntegrityError:
        raise ValidationError(f"“{unit.name}”这个月已经把“{item}”列为每月一题。") from None
    record_event("operation", f"每月一题 {topic.pk}：{unit.name}，{month:%Y-%m}", by=by, acting=acting)
    return topic


def topics_with_progress(topics, user):
    """[Progress] of some topics, one query whatever their number; only appeals within the user's sight are counted."""
    topics = list(topics)
    rows = (
        Appeal.objects.where_user_may(user, Duty.VIEW)
        .not_withheld()
        .filter(item__in={t.item for t in topics})
        .order_by()
    )
    rows = rows.values("item", "unit__tree_id", "unit__lft", month=TruncMonth("called_on")).annotate(n=Count("pk"))
    found = list(rows) if topics else []
    return [Progress(topic, *_around(topic, found)) for topic in topics]


def _around(topic, found):
    counts, unit = Counter(), topic.unit
    for row in found:
        is_below = row["unit__tree_id"] == unit.tree_id and unit.lft <= row["unit__lft"] <= unit.rght
        if row["item"] == topic.item and is_below:
            months = 12 * (row["month"].year - topic.month.year) + row["month"].month - topic.month.month
            counts["before"] += row["n"] if -MONTHS <= months < 0 else 0
            counts["since"] += row["n"] if 0 <= months < MONTHS else 0
    return counts["before"], counts["since"]
