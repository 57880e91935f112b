"""What the assessment has for a person's first page: what waits for them, and what became of their own unit's sheet.

Each notice is one row of the same columns, so that one query finds them all: `notice`, `key` (a record or a count),
`what` (a month or a word) and `until` (a day, where there is one).
"""

from datetime import timedelta

from django.db.models import BigIntegerField, CharField, Count, DateField, F, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone

from districts.apart import did_none_of
from districts.duties import Duty
from partybuilding.assessment.models import Adjustment, Objection, SchemeVersion, ScoreSheet, Settlement, Survey

NEWS = timedelta(days=14)
UNPUBLISHED = timedelta(days=62)
COLUMNS = ("notice", "key", "what", "until")


def notice_queries(user, posts):
    """Querysets of notices for whoever holds these appointments, to be put together by a union."""
    duties = {duty for post in posts for duty in post.duties}
    found = []
    own = [post.unit_id for post in posts if {Duty.HANDLE, Duty.ISSUE} & set(post.duties)]
    if own:
        found += _of_own_units(user, own)
    if Duty.ASSESS in duties:
        found += _for_the_office(user)
    if Duty.SIGN in duties:
        adjustments = _to_judge(Adjustment, "approve", user)
        versions = _to_judge(SchemeVersion, "approve", user).filter(~Q(entered_by=user.pk) | Q(entered_by=None))
        found += [count_row("adjustments", adjustments), count_row("versions", versions)]
    return found


def _of_own_units(user, units):
    today = timezone.localdate()
    sheets = ScoreSheet.objects.where_user_may(user, Duty.VIEW).current().filter(unit__in=units)
    checking = sheets.filter(settlement__state=Settlement.State.CHECKING, settlement__check_until__gte=today)
    corrected = sheets.filter(number__gt=1, frozen_at__date__gte=today - NEWS)
    decided = Objection.objects.where_user_may(user, Duty.VIEW).filter(sheet__unit__in=units)
    decided = decided.exclude(state=Objection.State.RAISED).filter(
        steps__taken_on__gte=today - NEWS, steps__verb__in=("uphold", "dismiss")
    )
    return [
        row("check", checking, "pk", F("period__code"), F("settlement__check_until")),
        row("corrected", corrected, "pk", F("period__code")),
        row("decided", decided, "pk", F("state")),
    ]


def _for_the_office(user):
    today = timezone.localdate()
    months = Settlement.objects.where_user_may(user, Duty.ASSESS)
    over = months.filter(state=Settlement.State.OPEN, rolled_up_at__isnull=False)
    over = over.filter(period__ends_on__lt=today, period__ends_on__gte=today - UNPUBLISHED)
    checked = months.filter(state=Settlement.State.CHECKING, check_until__lt=today)
    objections = _to_judge(Objection, "uphold", user)
    surveys = Survey.objects.where_user_may(user, Duty.ASSESS).filter(state=Survey.State.ENTERED)
    return [
        row("publish", over, "pk", F("period__code")),
        row("settle", checked, "pk", F("period__code")),
        count_row("objections", objections),
        count_row("surveys", surveys.exclude(entered_by=user.pk)),
    ]


def _to_judge(model, verb, user):
    """What waits for a decision of a person who had no part in it."""
    step = model.STEPS[verb]
    rows = model.objects.where_user_may(user, step.duty).filter(state__in=step.start)
    return rows.filter(did_none_of(model, step.apart_from, user))


def row(kind, rows, key, what, until=None):
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
