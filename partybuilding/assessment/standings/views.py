from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from districts.duties import Duty
from districts.jobs.models import Job
from districts.jobs.running import ask
from districts.records.answering import takes_steps
from districts.units.models import Unit
from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import BANDS, Adjustment, Objection, Period, ScoreSheet
from partybuilding.assessment.objections.actions import may_object, window
from partybuilding.assessment.periods.months import parse_month
from partybuilding.assessment.scoring.explaining import (
    beside_the_past,
    gains,
    grouped,
    hidden_from,
    items_of,
    late_records,
    records_of,
)
from partybuilding.assessment.settling.pages import settlement_card
from partybuilding.assessment.standings.averages import span_of
from partybuilding.assessment.standings.tables import may_see_ranks, place_of, standings_of

RECORDS_PER_PAGE = 50

PERIODS_SHOWN = 12


class Standings(TemplateView):
    """Standings of a period: every sheet that the user may see, in groups."""

    template_name = "assessment/standings.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        periods = Period.objects.filter(settlements__rolled_up_at__isnull=False).distinct()
        code = kwargs.pop("period", None)
        recent = list(periods[:PERIODS_SHOWN])
        period = get_object_or_404(periods, code=code) if code else _latest_complete(recent, user)
        may_assess = any(Duty.ASSESS in a.duties for a in self.request.posts)
        trees = sorted({post.unit.tree_id for post in self.request.posts})
        streets = list(Unit.objects.in_street_of(user).filter(parent=None, tree_id__in=trees)) if len(trees) > 1 else []
        asked = self.request.GET.get("street", "")
        street = next((s for s in streets if str(s.pk) == asked), streets[0] if streets else None)
        found = standings_of(period, user, street.tree_id if street else None)
        return super().get_context_data(
            periods=recent,
            period=period,
            may_assess=may_assess,
            job=job_asked(self.request),
            street=street,
            streets=streets,
            spans=spans_of(period) if period else [],
            **found,
            **settlement_card(found.get("settlement"), user, kwargs.pop("refused", None)),
            **kwargs,
        )


def spans_of(period):
    """The quarter and the year to which a month of this name belongs, whatever days it has."""
    first, _ = parse_month(period.code)
    return [span_of(first), span_of(first, year=True)]


def job_asked(request):
    asked = request.GET.get("job", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 18 else 0
    return Job.objects.where_user_may(request.user, Duty.VIEW).filter(pk=number).first() if number else None


def _latest_complete(periods, user):
    """The newest month that ended before its figures were made; else the newest."""
    seen = ScoreSheet.objects.where_user_may(user, Duty.VIEW).filter(period__in=periods)
    over = seen.filter(settlement__rolled_up_at__date__gt=F("settlement__period__ends_on"))
    newest = over.order_by("-period__starts_on").values_list("period", flat=True).first()
    return next((p for p in periods if p.pk == newest), periods[0] if periods else None)


class SheetPage(DetailView):
    """One unit's sheet: its items, and from each the way to its records."""

    template_name = "assessment/sheet.html"
    context_object_name = "sheet"

    def get_queryset(self):
        rows = ScoreSheet.objects.where_user_may(self.request.user, Duty.VIEW)
        return rows.select_related("unit", "street", "settlement__period", "settlement__version__scheme")

    def get_context_data(self, **kwargs):
        sheet, user = self.object, self.request.user
        seen = self.get_queryset().current()
        past = list(seen.filter(unit=sheet.unit_id).order_by("-period__starts_on")[:12])
        before = next((s for s in past if s.period.starts_on < sheet.period.starts_on), None)
        items, was = items_of(sheet), items_of(before) if before else []
        return super().get_context_data(
            groups=beside_the_past(items, was),
            before=before,
            to_come=[(name, weight) for name, weight, _, some in grouped(items) if not any(i.indicator for i in some)],
            points=sum(i.points for i in items if i.is_counted),
            gains=gains(sheet, items),
            past=past,
            below=list(seen.filter(period=sheet.period, unit__in=_below(sheet)).order_by("unit__lft")),
            versions=self.get_queryset().filter(period=sheet.period, unit=sheet.unit_id).order_by("number"),
            objections=Objection.objects.where_user_may(user, Duty.VIEW).filter(
                sheet__unit=sheet.unit_id, sheet__period=sheet.period
            ),
            adjustments=Adjustment.objects.where_user_may(user, Duty.VIEW).filter(
                unit=sheet.unit_id, period=sheet.period
            ),
            may_adjust=sheet.is_current
            and ScoreSheet.objects.where_user_may(user, Duty.ASSESS).filter(pk=sheet.pk).exists(),
            may_object=may_object(user, sheet),
            object_until=window(sheet.settlement),
            place=place_of(sheet) if sheet.rank and may_see_ranks(user, sheet.settlement) else None,
            is_checked=sheet.settlement.state == "checking" and sheet.settlement.check_until < timezone.localdate(),
            bands=BANDS,
            **kwargs,
        )


def _below(sheet):
    rows = sheet.period.tree.filter(ancestor=sheet.unit_id, depth=1)
    return rows.values("descendant")


class SheetRecords(SheetPage):
    """The very records that an item counted, each through the gate; what is out of sight is counted and named."""

    template_name = "assessment/records.html"

    def get_context_data(self, **kwargs):
        sheet, user = self.object, self.request.user
        item = next((i for i in items_of(sheet) if i.code == self.kwargs["indicator"]), None)
        indicator = INDICATORS.get(self.kwargs["indicator"])
        if item is None or indicator is None:
            raise Http404
        records = records_of(sheet, indicator)
        seen = records.filter(pk__in=records.model.objects.where_user_may(user, Duty.VIEW).values("pk"))
        page = Paginator(indicator.source.for_list(seen), RECORDS_PER_PAGE).get_page(self.request.GET.get("page"))
        return DetailView.get_context_data(
            self,
            item=item,
            indicator=indicator,
            page_obj=page,
            hidden=hidden_from(user, sheet, indicator),
            late=late_records(sheet, indicator) if sheet.is_final else 0,
            **kwargs,
        )


@takes_steps(lambda request, period: reverse("standings_period", args=[period]))
def ask_rollup(request, period):
    """Recompute a month on demand, as a background job whose progress the page shows."""
    period = get_object_or_404(Period, code=period)
    street = Unit.objects.where_user_may(request.user, Duty.ASSESS).filter(parent=None).first()
    if street is None:
        raise Http404
    said = {"month": period.code, "street": street.pk}
    waiting = Job.objects.filter(kind="rollup", state=Job.State.WAITING, unit=street, arguments=said)
    job = waiting.first() or ask("rollup", unit=street, by=request.user, **said)
    return redirect(f"{reverse('standings_period', args=[period.code])}?job={job.pk}")
