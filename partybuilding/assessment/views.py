from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, TemplateView

from districts.jobs.models import Job
from districts.jobs.running import ask
from districts.posts.duties import Duty
from districts.units.models import Unit
from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.explain import hidden_from, items_of, records_of
from partybuilding.assessment.models import Period, ScoreSheet
from partybuilding.assessment.standings import standings_of

RECORDS_PER_PAGE = 50


class Standings(TemplateView):
    """Standings of a period: every sheet that the user may see, in groups."""

    template_name = "assessment/standings.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        periods = Period.objects.exclude(rolled_up_at=None)
        code = kwargs.pop("period", None)
        period = get_object_or_404(periods, code=code) if code else _latest_complete(periods)
        may_assess = any(Duty.ASSESS in a.duties for a in self.request.posts)
        asked = self.request.GET.get("job", "")
        number = int(asked) if asked.isdecimal() and len(asked) < 18 else 0
        job = Job.objects.where_user_may(user, Duty.VIEW).filter(pk=number).first()
        return super().get_context_data(
            periods=periods, period=period, may_assess=may_assess, job=job, **standings_of(period, user), **kwargs
        )


def _latest_complete(periods):
    """The newest month that ended before its figures were made; else the newest."""
    rows = list(periods)
    return ([p for p in rows if p.is_over] or rows or [None])[0]


class SheetPage(DetailView):
    """One unit's sheet: its items, and from each the way to its records."""

    template_name = "assessment/sheet.html"
    context_object_name = "sheet"

    def get_queryset(self):
        rows = ScoreSheet.objects.where_user_may(self.request.user, Duty.VIEW)
        return rows.select_related("unit", "period__version__scheme")

    def get_context_data(self, **kwargs):
        sheet, user = self.object, self.request.user
        past = ScoreSheet.objects.where_user_may(user, Duty.VIEW).filter(unit=sheet.unit_id).select_related("period")
        below = self.get_queryset().filter(period=sheet.period, unit__in=_below(sheet)).order_by("unit__lft")
        items = items_of(sheet)
        counted = [i for i in items if i.whole]
        total = {
            "points": sum(i.points_hundredths for i in counted),
            "weight": sum(i.setting.weight for i in counted),
        }
        return super().get_context_data(
            items=items, sum=counted and total, past=past.order_by("-period__starts_on")[:12], below=below, **kwargs
        )


def _below(sheet):
    rows = sheet.period.tree.filter(ancestor=sheet.unit_id, depth=1)
    return rows.values("descendant")


class SheetRecords(SheetPage):
    """The very records that an item counted, each through the gate; what is out of sight is counted and named."""

    template_name = "assessment/records.html"

    def get_context_data(self, **kwargs):
        sheet, user = self.object, self.request.user
        item = next((i for i in items_of(sheet) if i.indicator.code == self.kwargs["indicator"]), None)
        if item is None or item.indicator.code not in INDICATORS:
            raise Http404
        records = records_of(sheet, item.indicator)
        seen = records.filter(pk__in=records.model.objects.where_user_may(user, Duty.VIEW).values("pk"))
        rows = item.indicator.source.for_list(seen)
        page = Paginator(rows, RECORDS_PER_PAGE).get_page(self.request.GET.get("page"))
        hidden = hidden_from(user, records)
        return super().get_context_data(item=item, page_obj=page, hidden=hidden, **kwargs)


@require_POST
def ask_rollup(request, period):
    """Recompute a month on demand, as a background job whose progress the page shows."""
    period = get_object_or_404(Period, code=period)
    street = Unit.objects.where_user_may(request.user, Duty.ASSESS).filter(parent=None).first()
    if street is None:
        raise Http404
    waiting = Job.objects.filter(kind="rollup", state=Job.State.WAITING, unit=street, arguments={"month": period.code})
    job = waiting.first() or ask("rollup", unit=street, by=request.user, month=period.code)
    return redirect(f"{reverse('standings_period', args=[period.code])}?job={job.pk}")
