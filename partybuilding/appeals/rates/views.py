"""三率: of the street, its centres and communities, over any days, as far as the user's posts reach."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.documents.excel import DECIMAL, PERCENT, WHOLE, Column, Sheet, excel_response
from districts.duties import Duty
from districts.estates.models import Estate
from districts.records.fields import DaysForm
from districts.units.models import Unit
from partybuilding.appeals.models import Appeal
from partybuilding.appeals.rates.analysis import WEEKDAYS, again, heat, hot_categories, hot_places, months
from partybuilding.appeals.rates.counting import raw_and_adjusted
from partybuilding.appeals.rates.estates import rates_by_estate
from partybuilding.appeals.rates.spans import assessment_month, span_before, spans

RATED = (Unit.Kind.COMMITTEE, Unit.Kind.CENTER, Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)


def rate_tables(user, *spans):
    """For each span [(unit, Rates, Rates without what was excluded)] of every rated unit within the user's view, in the tree's order."""
    units = list(Unit.objects.where_user_may(user, Duty.VIEW).filter(kind__in=RATED).order_by("tree_id", "lft"))
    streets = list(Unit.objects.filter(parent=None, tree_id__in={unit.tree_id for unit in units}).order_by("tree_id"))
    # Whoever may view a unit may view its figures whole, also what has moved elsewhere since; the lists behind are gated.
    appeals = Appeal.objects.kept_from_nobody()
    tables = []
    for since, until in spans:
        found = {}
        for street in streets:
            found |= raw_and_adjusted(appeals.filter(street=street).called_between(since, until), street, until)
        tables.append([(unit, *found[unit.pk]) for unit in units if unit.pk in found])
    return tables


def rates_and_changes(user, span, before):
    """The rows of a span, each with how much its composite rose since the one before (None: nothing to compare)."""
    rows, earlier = rate_tables(user, span, before)
    was = {unit.pk: rates.composite for unit, rates, _ in earlier}
    return [(unit, rates, adjusted, _risen(was.get(unit.pk), rates.composite)) for unit, rates, adjusted in rows]


def _risen(was, now):
    return None if was is None or now is None else now - was


def _rule_of(rows):
    """The rule by which the first street of a table was counted."""
    return rows[0][1].rule if rows else None


def _span(request):
    first, last = assessment_month(
        assessment_month(timezone.localdate())[0] - timedelta(days=1)
    )  # the call-backs are in
    form = DaysForm(request.GET if "since" in request.GET else {"since": first, "until": last})
    return form, (form.cleaned_data["since"], form.cleaned_data["until"]) if form.is_valid() else None


@require_safe
def rates_page(request):
    form, span = _span(request)
    before = span_before(*span) if span else None
    rows = rates_and_changes(request.user, span, before) if span else []
    with_estates = set(Estate.objects.where_user_may(request.user, Duty.VIEW).values_list("unit", flat=True))
    chosen = next((row[0] for row in rows if str(row[0].pk) == request.GET.get("unit") and row[0].parent_id), None)
    context = {
        "with_estates": with_estates,
        "chosen": chosen,
        "estates": rates_by_estate(chosen, *span) if chosen else [],
        "of_days": f"?since={span[0]}&until={span[1]}" if span else "",
        "form": form,
        "span": span,
        "before": before,
        "rows": rows,
        "of_span": f"{reverse('appeal_list')}?since={span[0]}&until={span[1]}" if span else "",
        "rule": _rule_of(rows),
        "spans": spans(timezone.localdate()),
        "now": timezone.now(),
        "can_rule": any(Duty.ASSESS in a.duties for a in request.posts),
    }
    return render(request, "appeals/rates.html", context, status=200 if span else 422)


@require_safe
def hot_page(request):
    """What residents call about, within the user's view."""
    form, span = _span(request)
    context = {"form": form, "span": span, "spans": spans(timezone.localdate()), "now": timezone.now()}
    if span:
        rows = Appeal.objects.where_user_may(request.user, Duty.VIEW).not_withheld()
        context |= {
            "tables": [("热点分类", hot_categories(rows, *span)), ("热点点位", hot_places(rows, *span))],
            "again": again(rows, span[1]),
            "heat": heat(rows, *span),
            "months": months(rows, span[1]),
            "weekdays": WEEKDAYS,
            "can_issue": any(Duty.ISSUE in a.duties for a in request.posts),
        }
    return render(request, "appeals/hot.html", context, status=200 if span else 422)


COUNTED = {
    "received": "受理",
    "valid": "有效回访",
    "contacted": "已联系",
    "solved": "已解决",
    "satisfied": "满意",
    "basically": "基本满意",
}
COLUMNS = [
    Column("单位", width=36),
    *(Column(heading, WHOLE) for heading in COUNTED.values()),
    *(Column(heading, PERCENT) for heading in ("响应率", "解决率", "满意率")),
    Column("综合", DECIMAL),
    Column("剔除、挂账", WHOLE),
    Column("扣除后综合", DECIMAL),
]


@require_safe
def export_rates(request):
    _, span = _span(request)
    rows = rate_tables(request.user, span)[0] if span else []
    rule = _rule_of(rows)
    cells = (
        (
            unit.name,
            *(rates.counts[n] for n in COUNTED),
            *(rates.response, rates.resolution, rates.satisfaction, rates.composite),
            rates.counts["received"] - adjusted.counts["received"],
            adjusted.composite,
        )
        for unit, rates, adjusted in rows
    )
    name = f"12345三率_{span[0]}至{span[1]}" if span else "12345三率"
    return excel_response(name, Sheet(COLUMNS, cells), notes=[("口径", str(rule))] if rule else ())
