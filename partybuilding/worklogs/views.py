from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import CreateView, DetailView, ListView, UpdateView

from districts.posts.duties import Duty
from districts.records.exporting import workbook_response
from districts.records.versions import Conflict
from partybuilding.orders.models import Order
from partybuilding.worklogs.actions import edit_log, write_log
from partybuilding.worklogs.forms import WorkLogFilter, WorkLogForm
from partybuilding.worklogs.models import WorkLog

EXPORT_LIMIT = 20_000


def filtered_logs(request):
    rows = WorkLog.objects.where_user_may(request.user, Duty.VIEW).for_list()
    return WorkLogFilter(request.GET, queryset=rows, request=request)


class WorkLogList(ListView):
    template_name = "worklogs/list.html"
    context_object_name = "logs"
    paginate_by = 50

    def get_template_names(self):
        return ["worklogs/_rows.html"] if self.request.htmx else [self.template_name]

    def get_queryset(self):
        self.filter = filtered_logs(self.request)
        return self.filter.qs

    def get_context_data(self, **kwargs):
        return super().get_context_data(filter=self.filter, **kwargs)


class WorkLogDetail(DetailView):
    template_name = "worklogs/detail.html"
    context_object_name = "log"

    def get_queryset(self):
        return WorkLog.objects.where_user_may(self.request.user, Duty.VIEW).for_list()

    def get_context_data(self, **kwargs):
        user, log = self.request.user, self.object
        # The order that a log serves has a gate of its own.
        order = Order.objects.where_user_may(user, Duty.VIEW).filter(pk=log.order_id).first()
        can_edit = WorkLog.objects.editable_by(user).filter(pk=log.pk).exists()
        return super().get_context_data(order=order, can_edit=can_edit, **kwargs)


class WorkLogNew(CreateView):
    template_name = "worklogs/form.html"
    form_class = WorkLogForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self):
        """Today, in the unit of the post nearest to the ground, for the order that the user came from."""
        unit = self.home_unit()
        return {"happened_on": timezone.localdate(), "unit": unit and unit.pk, "order": self.request.GET.get("order")}

    def home_unit(self):
        units = [a.unit for a in self.request.posts if Duty.LOG in a.duties]
        return max(units, key=lambda unit: unit.level) if units else None

    def get_context_data(self, **kwargs):
        return super().get_context_data(unit_name=self.home_unit() or "未选单位", **kwargs)

    def form_valid(self, form):
        data = {k: v for k, v in form.cleaned_data.items() if k != "seen_version"}
        log = write_log(self.request.user, **data)
        messages.success(self.request, "已记下。")
        return redirect("order_detail", log.order_id) if log.order_id else redirect("worklog_detail", log.pk)


class WorkLogEdit(UpdateView):
    template_name = "worklogs/form.html"
    form_class = WorkLogForm

    def get_queryset(self):
        return WorkLog.objects.editable_by(self.request.user)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form):
        data = dict(form.cleaned_data)
        seen = data.pop("seen_version")
        log = get_object_or_404(self.get_queryset(), pk=self.object.pk)
        try:
            edit_log(log, seen, self.request.user, **data)
        except Conflict as conflict:
            form.show_conflict(conflict.current)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(self.request, "已保存。")
        return redirect("worklog_detail", log.pk)


@require_safe
def export_logs(request):
    """The filtered list as an Excel file, through the same gate and the same filter."""
    rows = filtered_logs(request).qs[:EXPORT_LIMIT]
    numbers = {o.pk: o.number for o in _orders_of(request.user, rows)}
    return workbook_response(
        "worklogs",
        ["日期", "单位", "地点", "做了什么", "为哪件事", "记录人"],
        ([r.happened_on, r.unit.name, r.place, r.text, numbers.get(r.order_id, ""), r.created_by.name] for r in rows),
    )


def _orders_of(user, logs):
    return Order.objects.where_user_may(user, Duty.VIEW).filter(pk__in={log.order_id for log in logs})
