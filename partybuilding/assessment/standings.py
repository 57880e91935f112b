"""Standings: sheets in groups; ranks only for those to whom the scheme shows them."""

from districts.posts.duties import Duty
from districts.units.models import Unit
from partybuilding.assessment.explain import in_records
from partybuilding.assessment.models import Node, Period, ScoreSheet

SHOWN = "orders_on_time"  # beside the score
GROUPS = [Unit.Kind.CENTER, Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE]


def standings_of(period, user):
    """Template values: groups of sheets with counts and last period's score, and whether ranks are shown."""
    if period is None:
        return {"groups": [], "shows_ranks": False}
    sheets = list(ScoreSheet.objects.where_user_may(user, Duty.VIEW).filter(period=period).for_standings())
    _add_counts(sheets, period)
    _add_before(sheets, period)
    shows_ranks = may_see_ranks(user, period)
    if not shows_ranks:
        sheets.sort(key=lambda s: s.unit.lft)
    groups = [(kind.label, [s for s in sheets if s.group == kind]) for kind in GROUPS]
    return {"groups": [(label, rows) for label, rows in groups if rows], "shows_ranks": shows_ranks}


def may_see_ranks(user, period):
    """The leaders and the assessing office, who see the whole street; others when the scheme opens the ranking."""
    if not period.is_over:
        return False
    whole_street = Unit.objects.where_user_may(user, Duty.VIEW).filter(parent=None).exists()
    return whole_street or period.version.scheme.is_ranking_open


def _add_counts(sheets, period):
    totals = {}
    for node in Node.objects.filter(period=period, indicator=SHOWN, unit__in=[s.unit_id for s in sheets]):
        totals[node.unit_id] = node.part, node.whole
    for sheet in sheets:
        part, sheet.whole = totals.get(sheet.unit_id, (0, 0))
        sheet.done, sheet.rate = in_records(part), part / sheet.whole if sheet.whole else None


def _add_before(sheets, period):
    before = Period.objects.filter(ends_on__lt=period.starts_on).order_by("-ends_on").first()
    rows = ScoreSheet.objects.filter(period=before, unit__in=[s.unit_id for s in sheets])
    scores = dict(rows.values_list("unit_id", "score"))
    for sheet in sheets:
        was = scores.get(sheet.unit_id)
        sheet.change = None if was is None or sheet.score is None or not period.is_over else sheet.score - was
