from django.views.generic import DetailView, TemplateView

from districts.posts.duties import Duty, Post
from districts.units.models import Unit
from partybuilding.assessment.models import ScoreSheet
from partybuilding.orders.models import OrderAssignment
from partybuilding.worklogs.models import WorkLog
from yuqiao_portal.organisation.queries import board, holders_of
from yuqiao_portal.workbench.queries import unit_figures

SHOWN = 8


class Organisation(TemplateView):
    """组织架构: the 1+10+24+N board."""

    template_name = "organisation/board.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(streets=board(self.request.user), **kwargs)


class UnitPage(DetailView):
    """A unit: where it stands, who holds which post, what lies below; its work only for those who may see it."""

    template_name = "organisation/unit.html"
    context_object_name = "unit"

    def get_queryset(self):
        return Unit.objects.in_street_of(self.request.user).select_related("parent")

    def get_context_data(self, **kwargs):
        unit, user = self.object, self.request.user
        children = list(unit.get_children().filter(retired_on=None))
        may_view = Unit.objects.where_user_may(user, Duty.VIEW).filter(pk=unit.pk).exists()
        return super().get_context_data(
            path=unit.get_ancestors(),
            placement=unit.placements.filter(ends_on=None).first(),
            former_names=unit.names.exclude(ends_on=None),
            holders=_holders(unit),
            children=children,
            may_view=may_view,
            **(_work(unit, user, children) if may_view else {}),
            **kwargs,
        )


def _holders(unit):
    holders = holders_of([unit]).get(unit.pk, {})
    return [
        (Post(post).label, people) for post, people in sorted(holders.items(), key=lambda p: Post.values.index(p[0]))
    ]


def _work(unit, user, children):
    within = unit.get_descendants(include_self=True).values("pk")
    rows = OrderAssignment.objects.where_user_may(user, Duty.VIEW).issued().filter(unit__in=within)
    logs = WorkLog.objects.where_user_may(user, Duty.VIEW).filter(unit__in=within)
    sheets = ScoreSheet.objects.where_user_may(user, Duty.VIEW).filter(unit=unit).select_related("period")
    numbers = unit_figures(user, [unit, *children])
    return {
        "figures": numbers[unit.pk],
        "child_figures": [(child, numbers[child.pk]) for child in children],
        "assignments": rows.owed().for_list()[:SHOWN],
        "logs": logs.for_list()[:SHOWN],
        "sheets": sheets.order_by("-period__starts_on")[:6],
    }
