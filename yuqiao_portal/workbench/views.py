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
        own, numbers = queries.figures(user, units)
        appeals, notices = queries.notices(user, posts)
        duties = {duty for a in posts for duty in a.duties}
        todos = queries.todos(user, duties)
        return super().get_context_data(
            figures=own,
            units=[(unit, numbers[unit.pk]) for unit in units],
            counts=counts,
            steps=queries.latest_steps(user),
            trend=queries.weekly_trend(queries.shares_in_charge(user)),
            owed=owed_downward(user),
            can_issue=Duty.ISSUE in duties,
            appeals=appeals,
            notices=notices,
            waiting_count=todos["todo_count"] + sum(not notice.kind.is_news for notice in notices),
            can_log=Duty.LOG in duties,
            **todos,
            **kwargs,
        )


class OwedPage(TemplateView):
    """待街道答复: what waits for an answer from above, the longest wait first."""

    template_name = "workbench/owed.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(owed=owed_downward(self.request.user), **kwargs)
