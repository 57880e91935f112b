"""Quarters and years, from the months' sheets in the reader's sight."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.duties import Duty
from partybuilding.assessment.models import ScoreSheet
from partybuilding.assessment.standings.averages import Span, means_over, parse_span, ranks_over, sheets_over
from partybuilding.assessment.standings.tables import in_groups, may_see_ranks


@require_safe
def means_page(request, span):
    try:
        span = parse_span(span)
    except ValidationError:
        raise Http404 from None
    sheets = list(sheets_over(span, ScoreSheet.objects.where_user_may(request.user, Duty.VIEW)))
    found = means_over(span, sheets)
    over = [s for s in sheets if s.settlement.is_over]
    shows_ranks = bool(over) and may_see_ranks(request.user, max(over, key=lambda s: s.period.code).settlement)
    if shows_ranks:
        places = ranks_over(span, over[0].street_id)
        for row in found:
            row.rank = places.get(row.unit.pk)
        found.sort(key=lambda row: (row.rank is None, row.rank or 0))
    context = {
        "span": span,
        "spans": [Span(span.year, n) for n in range(1, 5)] + [Span(span.year, None)],
        "groups": in_groups(found, shows_ranks),
        "shows_ranks": shows_ranks,
        "is_final": all(row.is_final for row in found),
    }
    return render(request, "assessment/means.html", context)
