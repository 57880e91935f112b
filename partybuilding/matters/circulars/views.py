from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.generic import DetailView, FormView

from districts.duties import Duty
from districts.records.acting import NOT_AS_CHOSEN
from districts.records.answering import attempt, takes_steps, to_page, to_record
from districts.records.filtering import FilteredList
from districts.records.once import SENT_BEFORE, once
from districts.workflow import NotYours
from partybuilding.matters.circulars import actions
from partybuilding.matters.circulars.forms import CircularFilter, CircularForm
from partybuilding.matters.circulars.groups import drop_group, keep_group
from partybuilding.matters.circulars.models import Circular, UnitGroup
from partybuilding.matters.circulars.pages import FORMS, circular_page, step_form
from partybuilding.matters.orders.actions import issuing_units


class CircularList(FilteredList):
    template_name, rows_template = "circulars/list.html", "circulars/_rows.html"
    context_object_name = "circulars"

    def filtered(self):
        user = self.request.user
        rows = Circular.objects.where_user_may(user, Duty.VIEW).for_list().with_to_open(user)
        return CircularFilter(self.request.GET, queryset=rows, request=self.request)

    def get_context_data(self, **kwargs):
        return super().get_context_data(can_issue=issuing_units(self.request.user).exists(), **kwargs)


class CircularNew(FormView):
    template_name = "circulars/form.html"
    form_class = CircularForm

    def dispatch(self, request, *args, **kwargs):
        if not issuing_units(request.user).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"kept": [group for group in context["form"].groups if group.kept]}

    def form_valid(self, form):
        try:
            address, is_first = once(self.request.user, self.request.POST.get("once"), lambda: self.send(form))
        except NotYours:
            form.add_error("unit", NOT_AS_CHOSEN)
            return self.form_invalid(form)
        except ValidationError as error:
            form.show_refused(error)
            return self.form_invalid(form)
        if not is_first:
            messages.info(self.request, SENT_BEFORE)
        return redirect(address)

    def send(self, form):
        units, name = form.cleaned_data["units"], form.cleaned_data["save_as"]
        circular = actions.send(self.request.user, **form.facts())
        messages.success(self.request, f"已发给 {len(units)} 个单位。")
        for sentence in form.left_out:
            messages.warning(self.request, sentence)
        if name:
            is_new = keep_group(self.request.user, name, units)
            said = "已存为分组" if is_new else "已有的同名分组换成了这次的单位："
            messages.info(self.request, f"{said}“{name}”，{len(units)} 个单位。")
        return reverse("circular_detail", args=[circular.pk])


class CircularDetail(DetailView):
    """A visit opens it for the units where the reader handles; a look by HEAD opens nothing."""

    template_name = "circulars/detail.html"
    context_object_name = "circular"

    def get_queryset(self):
        return Circular.objects.where_user_may(self.request.user, Duty.VIEW).for_list()

    def get_context_data(self, **kwargs):
        is_visit = self.request.method == "GET"
        return super().get_context_data(**kwargs) | circular_page(self.object, self.request.user, is_visit=is_visit)


STEP_ACTIONS = {"remind": actions.remind, "withdraw": actions.withdraw}


@takes_steps(to_record(Circular, "circular_detail"))
def take_circular_step(request, pk, verb):
    if verb not in FORMS:
        raise Http404
    rows = Circular.objects.where_user_may(request.user, Circular.STEPS[verb].duty)
    circular = get_object_or_404(rows.for_list(), pk=pk)
    form = step_form(circular, verb, request.user, request.POST)
    outcome = attempt(form, partial(STEP_ACTIONS[verb], circular, request.user))
    if outcome.is_taken:
        messages.success(request, DONE[verb])
        return redirect("circular_detail", pk)
    page = circular_page(circular, request.user, refused=(verb, form), error=outcome.error)
    return render(request, "circulars/detail.html", {"circular": circular, **page}, status=outcome.status)


DONE = {"remind": "已提醒还没有打开的单位。", "withdraw": "已撤回，收到的单位都会看到。"}


@takes_steps(to_page("circular_new"))
def drop_unit_group(request, pk):
    """One's own; of anybody else there is none."""
    try:
        name = drop_group(request.user, pk)
    except UnitGroup.DoesNotExist:
        raise Http404 from None
    messages.success(request, f"已删去分组“{name}”。")
    return redirect("circular_new")
