"""What the portal's pages know of the assessment: what waits for whom, and what became of a unit's own sheet."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from districts.duties import Duty
from districts.nouns import Noun
from districts.waiting import Kind, Rank, count_row, not_entered_by, row, to_judge
from partybuilding.assessment.models import Adjustment, Objection, SchemeVersion, ScoreSheet, Settlement, Survey

NEWS = timedelta(days=14)
UNPUBLISHED = timedelta(days=62)
KINDS = (
    Kind("check", Rank.CHECK),
    Kind("decided", Rank.CHECK, is_news=True),
    Kind("corrected", Rank.CHECK, is_news=True),
    Kind("objections", Rank.ANSWER),
    Kind("settle", Rank.CHECK),
    Kind("publish", Rank.CHECK),
    Kind("surveys", Rank.ACCEPT),
    Kind("adjustments", Rank.SIGN),
    Kind("versions", Rank.SIGN),
)


def _notices(user, posts):
    """Querysets of notices for whoever holds these appointments, to be put together by a union."""
    duties = {duty for post in posts for duty in post.duties}
    found = []
    own = [post.unit_id for post in posts if {Duty.HANDLE, Duty.ISSUE} & set(post.duties)]
    if own:
        found += _of_own_units(user, own)
    if Duty.ASSESS in duties:
        found += _for_the_office(user)
    if Duty.SIGN in duties:
        adjustments = to_judge(Adjustment, "approve", user)
        versions = to_judge(SchemeVersion, "approve", user).filter(not_entered_by(user))
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
    objections = to_judge(Objection, "uphold", user)
    surveys = to_judge(Survey, "confirm", user).filter(not_entered_by(user))
    return [
        row("publish", over, "pk", F("period__code")),
        row("settle", checked, "pk", F("period__code")),
        count_row("objections", objections),
        count_row("surveys", surveys),
    ]


SHEET = Noun(
    key="sheet",
    label="得分单",
    icon="chart-bar",
    model=ScoreSheet,
    address="sheet",
    called=lambda sheet: f"{sheet.period}得分单",
    related=("period",),
    paths={"unit": "所在单位"},
    kinds=KINDS,
    notices=_notices,
    notice="assessment/_notice.html",
)
OBJECTION = Noun(
    key="objection",
    label="异议",
    icon="flag",
    model=Objection,
    address="objection",
    called=lambda objection: f"{objection.sheet.period}得分的异议",
    related=("sheet__period",),
    paths={"sheet__unit": "得分单所属单位"},
)
ADJUSTMENT = Noun(
    key="adjustment",
    label="加减分",
    icon="chart-bar",
    model=Adjustment,
    address="adjustment",
    called=lambda adjustment: f"{adjustment.period}{adjustment.get_kind_display()}",
    related=("period",),
    paths={"unit": "所在单位"},
)
