from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, TemplateView

from districts.duties import POSTS, Duty, Post
from districts.nouns import nouns
from districts.units.models import Unit
from partybuilding.assessment.models import ScoreSheet
from partybuilding.goals.models import Goal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.figures import unit_figures, weekly_trend
from partybuilding.matters.orders.models import OrderAssignment
from yuqiao_portal.organisation.queries import board, day_asked, holders_of, path_on, service_links_of, units_on
from yuqiao_portal.workbench.owed import owed_downward

SHOWN = 8


class Organisation(TemplateView):
    """组织架构: the 1+10+24+N board, today or as of a past day."""

    template_name = "organisation/board.html"

    def get_context_data(self, **kwargs):
        on = day_asked(self.request)
        return super().get_context_data(streets=board(self.request.user, on), on=on, **kwargs)


class UnitPage(DetailView):
    """A unit: where it stands, who holds which post, what lies below; its work only for those who may see it."""

    template_name = "organisation/unit.html"
    context_object_name = "unit"

    def get_queryset(self):
        return Unit.objects.in_street_of(self.request.user).select_related("parent", "merged_into")

    def get_context_data(self, **kwargs):
        unit, user, on = self.object, self.request.user, day_asked(self.request)
        units = units_on(user, on)
        then = next((u for u in units if u.pk == unit.pk), None)
        may_view = Unit.objects.where_user_may(user, Duty.VIEW).filter(pk=unit.pk).exists()
        children = [u for u in units if u.parent_then == unit.pk]
        day = on or timezone.localdate()
        return super().get_context_data(
            on=on,
            name_then=then.name if then else unit.name,
            existed=then is not None,
            path=path_on(unit, units),
            placement=unit.placements.as_of(day).first(),
            names=unit.names.exclude(ends_on=None),
            placements=unit.placements.select_related("parent").order_by("starts_on"),
            holders=_holders(unit, on),
            vacant=_vacant(unit, on),
            links=service_links_of(unit, on),
            children=children,
            may_view=may_view,
            **(_work(unit, user, children) if may_view and on is None else {}),
            **kwargs,
        )


def _holders(unit, on):
    holders = holders_of([unit], on).get(unit.pk, {})
    return [
        (Post(post).label, people) for post, people in sorted(holders.items(), key=lambda p: Post.values.index(p[0]))
    ]


def _vacant(unit, on):
    """The single posts of a unit that nobody holds; unknown for the past."""
    if on is not None or unit.is_retired:
        return []
    held = holders_of([unit]).get(unit.pk, {})
    return [post.label for post in Post if post.is_single and unit.kind in POSTS[post][0] and post not in held]


def _work(unit, user, children):
    within = unit.get_descendants(include_self=True).values("pk")
    rows = OrderAssignment.objects.where_user_may(user, Duty.VIEW).issued().filter(unit__in=within)
    logs = WorkLog.objects.where_user_may(user, Duty.VIEW).standing().filter(unit__in=within)
    sheets = ScoreSheet.objects.where_user_may(user, Duty.VIEW).current().filter(unit=unit)
    sheets = sheets.select_related("settlement__period", "settlement__version")
    goals = Goal.objects.where_user_may(user, Duty.VIEW).filter(unit=unit, year=timezone.localdate().year)
    numbers = unit_figures(user, [unit, *children])
    return {
        "figures": numbers[unit.pk],
        "child_figures": [(child, numbers[child.pk]) for child in children],
        "assignments": rows.owed().for_list()[:SHOWN],
        "logs": logs.for_list()[:SHOWN],
        "sheets": sheets.order_by("-period__starts_on")[:6],
        "goals": goals.with_progress(),
        "trend": weekly_trend(rows),
    }


@require_safe
def brief(request, pk):
    """下社区一页纸: before a visit, on one A4: what is open and late, what was done, what the street owes the place."""
    units = Unit.objects.where_user_may(request.user, Duty.VIEW).active()
    unit = get_object_or_404(units, pk=pk)
    user, within = request.user, unit.get_descendants(include_self=True).values("pk")
    return render(
        request,
        "organisation/brief.html",
        {
            "unit": unit,
            "holders": _holders(unit, None),
            "links": service_links_of(unit),
            "figures": unit_figures(user, [unit])[unit.pk],
            "parts": [part for noun in nouns() if noun.brief for part in noun.brief(user, within)],
            "owed": [row for row in owed_downward(user) if row.unit.pk in _ids(unit)][:8],
        },
    )


def _ids(unit):
    return set(unit.get_descendants(include_self=True).values_list("pk", flat=True))
