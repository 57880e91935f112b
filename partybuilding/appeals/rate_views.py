"""三率: of the street, its centres and communities, over any days, as far as the user's posts reach."""

from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.posts.duties import Duty
from districts.records.exporting import workbook_response
from districts.units.models import Unit
from partybuilding.appeals.analysis import WEEKDAYS, again, heat, hot_categories, hot_places
from partybuilding.appeals.forms import SpanForm
from partybuilding.appeals.models import Appeal
from partybuilding.appeals.rates import raw_and_adjusted, rule_on

RATED = (Unit.Kind.COMMITTEE, Unit.Kind.CENTER, Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)
FIRST_DAY = (
    19  # of the month before: the assessment month published elsewhere, shown as one of two spans to choose from
)


def assessment_month(day):
    """The span from the 19th to the 18th in which a day lies."""
    start = day.replace(day=FIRST_DAY)
    if day < start:
        start = (start.replace(day=1) - timedelta(days=1)).replace(day=FIRST_DAY)
    return start, (start.replace(day=28) + timedelta(days=7)).replace(day=FIRST_DAY - 1)


def spans(today):
    """(label, first day, last day) of the spans that are one tap away."""
    now = assessment_month(today)
    before = assessment_month(now[0] - timedelta(days=1))
    month = today.replace(day=1)
    last = month - timedelta(days=1)
    return [
        ("本考核月", *now), ("上考核月", *before), ("本月", month, today), ("上月", last.replace(day=1), last),
    ]  # fmt: skip


def rate_table(user, since, until):
    """[(unit, Rates, Rates without what was excluded)] of every rated unit within the user's view, in the tree's order; the rule in force at the end."""
    seen = Unit.objects.where_user_may(user, Duty.VIEW).filter(kind__in=RATED).order_by("tree_id", "lft")
    units, rows = list(seen), []
    streets = Unit.objects.filter(parent=None, tree_id__in={unit.tree_id for unit in units})
    for street in streets:
        # Whoever may view a unit may view its figures whole, also what has moved elsewhere since; the lists behind are gated.
        appeals = Appeal.objects.not_about(user).filter(street=street).called_between(since, until)
        found = raw_and_adjusted(appeals, street, until)
        rows += [(unit, *found[unit.pk]) for unit in units if unit.pk in found]
    return rows, rule_on(streets[0], until) if streets else None


def _span(request):
    first, last = assessment_month(
        assessment_month(timezone.localdate())[0] - timedelta(days=1)
    )  # the call-backs are in
    form = SpanForm(request.GET if "since" in request.GET else {"since": first, "until": last})
    return form, (form.cleaned_data["since"], form.cleaned_data["until"]) if form.is_valid() else None


@require_safe
def rates_page(request):
    form, span = _span(request)
    rows, rule = rate_table(request.user, *span) if span else ([], None)
    context = {
        "form": form,
        "span": span,
        "rows": rows,
        "rule": rule,
        "spans": spans(timezone.localdate()),
        "now": timezone.now(),
    }
    return render(request, "appeals/rates.html", context, status=200 if span else 422)


@require_safe
def hot_page(request):
    """What residents call about, within the user's view."""
    form, span = _span(request)
    context = {"form": form, "span": span, "spans": spans(timezone.localdate()), "now": timezone.now()}
    if span:
        rows = Appeal.objects.where_user_may(request.user, Duty.VIEW)
        context |= {
            "tables": [("热点分类", hot_categories(rows, *span)), ("热点点位", hot_places(rows, *span))],
            "again": again(rows, span[1]),
            "heat": heat(rows, *span),
            "weekdays": WEEKDAYS,
            "can_issue": any(Duty.ISSUE in a.duties for a in request.posts),
        }
    return render(request, "appeals/hot.html", context, status=200 if span else 422)


@require_safe
def export_rates(request):
    _, span = _span(request)
    rows, rule = rate_table(request.user, *span) if span else ([], None)
    heads = [
        "单位",
        "受理",
        "有效回访",
        "已联系",
        "已解决",
        "满意",
        "基本满意",
        "响应率",
        "解决率",
        "满意率",
        "综合",
        "已剔除",
        "剔除后综合",
    ]
    return workbook_response(
        f"12345-rates-{span[0]}-{span[1]}" if span else "12345-rates",
        [*heads, f"口径：{rule}" if rule else ""],
        (
            (
                unit.name, *(rates.counts[n] for n in ("received", "valid", "contacted", "solved", "satisfied", "basically")),
                *(None if s is None else float(s) for s in (rates.response, rates.resolution, rates.satisfaction)),
                None if rates.composite is None else float(rates.composite),
                rates.counts["received"] - adjusted.counts["received"],
                None if adjusted.composite is None else float(adjusted.composite),
            )
            for unit, rates, adjusted in rows
        ),
    )  # fmt: skip
