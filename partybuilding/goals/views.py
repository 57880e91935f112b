from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView

from districts.duties import Duty
from districts.records.acting import NOT_AS_CHOSEN
from districts.records.paging import PagedList
from districts.records.versions import Conflict
from districts.units.models import Unit
from districts.workflow import NotYours
from partybuilding.goals.actions import change_goal, set_goal
from partybuilding.goals.forms import GoalForm
from partybuilding.goals.models import Goal


class GoalList(PagedList):
    """The goals of the centres in the user's sight, with the progress of the matters that hang on them."""

    template_name = "goals/list.html"
    context_object_name = "goals"

    def get_queryset(self):
        return Goal.objects.where_user_may(self.request.user, Duty.VIEW).select_related("unit").with_progress()

    def get_context_data(self, **kwargs):
        user = self.request.user
        mine = set(Goal.objects.where_user_may(user, Duty.ISSUE).values_list("pk", flat=True))
        return super().get_context_data(can_set=_centers(user).exists(), editable=mine, **kwargs)


class GoalForms(FormView):
    template_name = "goals/form.html"
    form_class = GoalForm
    goal = None

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user, "instance": self.goal}

    def get_context_data(self, **kwargs):
        return super().get_context_data(goal=self.goal, **kwargs)

    def form_valid(self, form):
        data = dict(form.cleaned_data)
        seen = data.pop("seen_version")
        try:
            goal = self.save(seen, data)
        except Conflict as conflict:
            form.show_conflict(conflict.current)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        except NotYours:
            form.add_error("unit", NOT_AS_CHOSEN)
            return self.form_invalid(form)
        except ValidationError as error:
            form.show_refused(error)
            return self.form_invalid(form)
        messages.success(self.request, f"已保存目标“{goal.title}”。")
        return redirect("goal_list")


class GoalNew(GoalForms):
    def dispatch(self, request, *args, **kwargs):
        if not _centers(request.user).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"unit": self.request.GET.get("unit")}

    def save(self, seen, data):
        return set_goal(self.request.user, **data)


class GoalEdit(GoalForms):
    def dispatch(self, request, *args, **kwargs):
        rows = Goal.objects.where_user_may(request.user, Duty.ISSUE).select_related("unit")
        self.goal = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def save(self, seen, data):
        fresh = Goal.objects.select_related("unit").get(pk=self.goal.pk)
        return change_goal(fresh, seen, self.request.user, **data)


def _centers(user):
    return Unit.objects.where_user_may(user, Duty.ISSUE).active().filter(kind=Unit.Kind.CENTER)
