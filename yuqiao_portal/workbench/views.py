from django.shortcuts import redirect
from django.views.generic import TemplateView

from districts.posts.duties import Duty
from yuqiao_portal.workbench import queries


class Workbench(TemplateView):
    """The first screen of every post: what waits for me, what is due, my units' figures."""

    template_name = "workbench/page.html"

    def get(self, request, *args, **kwargs):
        if not request.posts:  # an administrator: no post, no business record
            return redirect("admin:index")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, posts = self.request.user, self.request.posts
        units = queries.units_in_charge(user, posts)
        numbers = queries.unit_figures(user, units)
        duties = {duty for a in posts for duty in a.duties}
        return super().get_context_data(
            figures=queries.figures(user),
            units=[(unit, numbers[unit.pk]) for unit in units],
            steps=queries.latest_steps(user),
            can_issue=Duty.ISSUE in duties,
            can_log=Duty.LOG in duties,
            **queries.todos(user),
            **kwargs,
        )
