"""Standings: sheets in groups; ranks only for those to whom the scheme shows them."""

from django.db.models import BooleanField, Case, When

from districts.duties import Duty
from districts.units.models import Unit
from partybuilding.assessment.catalog import label_of
from partybuilding.assessment.models import Period, SchemeItem, SchemeVersion, ScoreSheet
from partybuilding.assessment.scoring.explaining import grouped, items_of_sheets
from partybuilding.assessment.standings.firmness import firmness

GROUPS = [Unit.Kind.CENTER, Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE]

Ranking = SchemeVersion.Ranking


def standings_of(period, user, tree=None):
    """Template values: groups of sheets with their points by item and last period's score, and whether ranks are shown.

    Of one street, where `tree` names it. A sheet that the user may not open has its rank and score alone.
    """
    if period is None:
        return {"groups": [], "shows_ranks": False, "heads": []}
    rows = ScoreSheet.objects.in_standings_for(user).current().filter(period=period).for_standings()
    if tree is not None:
        rows = rows.filter(street__tree_id=tree)
    mine = ScoreSheet.objects.where_user_may(user, Duty.VIEW).values("pk")
    rows = rows.annotate(is_seen=Case(When(pk__in=mine, then=True), default=False, output_field=BooleanField()))
    sheets = list(rows.select_related("unit", "settlement__period", "settlement__version__scheme"))
    items = items_of_sheets(sheets)
    heads = _add_items(sheets, items)
    _add_before([s for s in sheets if s.is_seen], period)
    shows_ranks = bool(sheets) and may_see_ranks(user, sheets[0].settlement)
    if shows_ranks:
        _add_firmness(sheets, items)
    else:
        sheets.sort(key=lambda s: s.unit.lft)
    return {
        "groups": in_groups(sheets, shows_ranks),
        "shows_ranks": shows_ranks,
        "heads": heads,
        "settlement": sheets[0].settlement if sheets else None,
    }


def in_groups(sheets, shows_ranks):
    """[(label, sheets)] of each kind; where ranks are shown, of each difficulty group apart, since it is ranked apart."""
    found = {}
    for kind in GROUPS:
        for sheet in sheets:
            if sheet.group == kind:
                label = f"{kind.label} · {sheet.peer}" if shows_ranks and sheet.peer else kind.label
                found.setdefault(label, []).append(sheet)
    return list(found.items())


def may_see_ranks(user, settlement):
    """Where there is a ranking: the leaders and the assessing office, who see the whole street; others when it is open to all."""
    ranking = settlement.version.ranking
    if not settlement.is_over or ranking == Ranking.OFF:
        return False
    return ranking == Ranking.STREET or Unit.objects.where_user_may(user, Duty.VIEW).filter(parent=None).exists()


def place_of(sheet):
    """How a rank came about: (how many are ranked in the sheet's group, how many share its rank, what parts equal scores)."""
    same = {"settlement": sheet.settlement_id, "group": sheet.group, "peer": sheet.peer, "is_current": sheet.is_current}
    places = list(ScoreSheet.objects.filter(**same).exclude(rank=None).values_list("rank", flat=True))
    ties = SchemeItem.objects.filter(version=sheet.settlement.version_id, tie_order__isnull=False).order_by("tie_order")
    return len(places), places.count(sheet.rank), [label_of(code) for code in ties.values_list("indicator", flat=True)]


def _add_firmness(sheets, items):
    """Where the reader sees a whole street: how firm each rank is."""
    found = firmness(sheets, items, seed=sheets[0].settlement_id)
    for sheet in sheets:
        sheet.firmness = found.get(sheet.pk)


def _add_items(sheets, items):
    """Put on each sheet its points by group of items; returns [(group, weight)] of the schemes."""
    heads = {}
    for sheet in sheets:
        sheet.by_group = grouped(items[sheet.pk])
        heads |= {name: weight for name, weight, _, _ in sheet.by_group}
    return list(heads.items())


def _add_before(sheets, period):
    before = Period.objects.filter(ends_on__lt=period.starts_on).order_by("-ends_on").first()
    rows = ScoreSheet.objects.current().filter(period=before, unit__in=[s.unit_id for s in sheets])
    scores = dict(rows.values_list("unit_id", "score"))
    for sheet in sheets:
        was = scores.get(sheet.unit_id)
        is_new = was is None or sheet.score is None or not sheet.settlement.is_over
        sheet.change = None if is_new else sheet.score - was
