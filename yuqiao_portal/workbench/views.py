from functools import partial

from django.shortcuts import redirect
from django.views.generic import TemplateView

from districts.duties import Duty
from yuqiao_portal.workbench import queries
from yuqiao_portal.workbench.owed import owed_downward


class Workbench(TemplateView):
    """The first screen of every post: what waits for me, what is due, my units' figures."""

    template_name = "workbench/page.html"

    def get(self, request, *args, **kwargs):
        if not request.posts:  # an administrator: no post, no business record
            return redirect("admin:index")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, posts = self.request.user, self.request.posts
        units, counts = queries.units_in_charge(user, posts)
        figures = queries.figures(user, units)
        counted, notices = queries.notices(user, posts)
        duties = {duty for a in posts for duty in a.duties}
        return super().get_context_data(
            all_figures=figures,
            units=queries.tiles(figures, units),
            days="；".join(found.days for noun, found in figures if noun.tile),
            counts=counts,
            latest=partial(queries.latest, user),  # asked only by whoever sees records
            trends=queries.trends(user),
            owed=owed_downward(user),
            can_issue=Duty.ISSUE in duties,
            counted=counted,
            today=queries.today(user, duties, notices),
            can_log=Duty.LOG in duties,
            **kwargs,
        )


class OwedPage(TemplateView):
    """待街道答复: what waits for an answer from above, the longest wait first."""

    template_name = "workbench/owed.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(owed=owed_downward(self.request.user), **kwargs)
