"""Rows of one shape, so that one UNION finds what every slice has for a person's first page.

`notice` is the kind, `key` a record or a count, `what` a month or a word, `until` a day where there is one. Every leg
has these columns by the same casts; whoever puts them together orders and limits outside.
"""

from dataclasses import dataclass
from enum import IntEnum

from django.db.models import BigIntegerField, CharField, Count, DateField, Q, Value
from django.db.models.functions import Cast

from districts.apart import did_none_of

COLUMNS = ("notice", "key", "what", "until")


class Rank(IntEnum):
    """In which order 今天 shows what waits: what came back first, then what nobody has signed for, what has a last day."""

    ALARM, RETURNED, REFUSED, UNSIGNED, URGED, DUE, SOON, ACCEPT = range(8)
    ANSWER, SIGN, CHECK, URGE, DISPATCH, HELP, READ, DRAFT, LATER = range(8, 17)


@dataclass(frozen=True)
class Kind:
    """A kind of what waits for a person, one row or their number; news is to be known, all else to be done."""

    code: str
    rank: Rank
    is_news: bool = False


def row(kind, rows, key, what, until=None):
    """One row for each of some records."""
    said = {
        "notice": Value(kind, CharField()),
        "key": Cast(key, BigIntegerField()),
        "what": Cast(what, CharField()),
        "until": Cast(until if until is not None else Value(None), DateField()),
    }
    return rows.order_by().values(**said).values_list(*COLUMNS)


def count_row(kind, rows):
    """One row with the number of records as its key; none without any."""
    rows = rows.order_by().annotate(notice=Value(kind, CharField())).values("notice").annotate(key=Count("pk"))
    said = {"what": Value("", CharField()), "until": Cast(Value(None), DateField())}
    return rows.annotate(**said).values_list(*COLUMNS)


def to_judge(model, verb, user):
    """What waits for a decision of a person who had no part in it."""
    step = model.STEPS[verb]
    rows = model.objects.where_user_may_any(user, step.duties).filter(state__in=step.start)
    return rows.filter(did_none_of(model, step.apart_from, user))


def not_entered_by(user):
    return ~Q(entered_by=user.pk) | Q(entered_by=None)
