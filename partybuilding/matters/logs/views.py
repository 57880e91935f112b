from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from django.views.generic import CreateView, DetailView, UpdateView

from districts.documents.download import dated
from districts.documents.excel import DAY, MOST_ROWS, Column, Sheet, excel_response
from districts.duties import Duty
from districts.nouns import noun_of
from districts.records.answering import attempt, takes_steps, to_page, to_record
from districts.records.asking import asked_for, given_by, is_about_somebody, prefilled
from districts.records.filtering import FilteredList, to_list
from districts.records.once import SENT_BEFORE, once
from districts.records.versions import Conflict
from districts.workflow import NotYours
from partybuilding.matters.logs.actions import edit_log, why_not_withdrawn, withdraw_log, write_log
from partybuilding.matters.logs.forms import WithdrawalForm, WorkLogFilter, WorkLogForm
from partybuilding.matters.logs.models import LogAttachment, WorkLog
from partybuilding.matters.logs.repeating import again, begun_like, last_week
from partybuilding.matters.orders.models import Order

NOT_THERE = "您不能以所选身份在这个单位记录，请检查单位和“为谁办理”。"


def filtered_logs(request):
    rows = WorkLog.objects.where_user_may(request.user, Duty.VIEW).for_list()
    return WorkLogFilter(request.GET, queryset=rows, request=request)


class WorkLogList(FilteredList):
    template_name, rows_template = "worklogs/list.html", "worklogs/_rows.html"
    context_object_name = "logs"

    def filtered(self):
        return filtered_logs(self.request)


class WorkLogDetail(DetailView):
    template_name = "worklogs/detail.html"
    context_object_name = "log"

    def get_queryset(self):
        return WorkLog.objects.where_user_may(self.request.user, Duty.VIEW).for_list()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**page_of(self.object, self.request.user), **kwargs)


def page_of(log, user, withdrawal=None, error=""):
    """What the page of a log shows; to its author also how to withdraw it, or why that is not possible."""
    # The order that a log serves has a gate of its own.
    order = Order.objects.where_user_may(user, Duty.VIEW).filter(pk=log.order_id).first()
    can_edit = WorkLog.objects.editable_by(user).filter(pk=log.pk).exists()
    attachments = LogAttachment.objects.where_user_may(user, Duty.VIEW).filter(log=log)
    photos = [a for a in attachments if a.kind == LogAttachment.Kind.PHOTO]
    files = [a for a in attachments if a.kind != LogAttachment.Kind.PHOTO]
    is_author = WorkLog.objects.written_by(user).filter(pk=log.pk).exists()
    why_not = why_not_withdrawn(log) if is_author else ""
    return {
        "order": order,
        "can_edit": can_edit,
        "photos": photos,
        "files": files,
        "withdrawal": (withdrawal or WithdrawalForm()) if is_author and not why_not else None,
        "can_repeat": is_author and not log.withdrawn_at,
        "error": error,
    }


class WorkLogNew(CreateView):
    template_name = "worklogs/form.html"
    form_class = WorkLogForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self):
        """Today, in the unit of the post nearest to the ground, for the order that the user came from."""
        source, order = asked_for(self.request), self.request.GET.get("order")
        given = source and given_by(source)
        unit = given.unit if given else self.home_unit()
        return {
            **prefilled(source),
            "text": f"{given.called}：" if given else "",
            "happened_on": timezone.localdate(),
            "unit": unit and unit.pk,
            "category": WorkLog.Category.OTHER,
            "order": order,
            "corrected": "order" if order or source else "",  # what one comes from is no guess
            **(begun_like(self.repeated) if self.repeated else {}),
        }

    @cached_property
    def repeated(self):
        return again(self.request.user, self.request.GET.get("again", ""))

    def home_unit(self):
        units = [a.unit for a in self.request.posts if Duty.LOG in a.duties]
        return max(units, key=lambda unit: unit.level) if units else None

    def get_context_data(self, **kwargs):
        context = super().get_context_data(is_kept=is_about_somebody(asked_for(self.request)), **kwargs)
        if self.request.method == "GET" and not self.request.GET:
            context["last_week"] = last_week(self.request.user, timezone.localdate())
        return context | shown(context["form"])

    def form_valid(self, form):
        try:
            address, is_first = once(self.request.user, self.request.POST.get("once"), lambda: self.write(form))
        except ValidationError as error:
            form.show_refused(error)
            return self.form_invalid(form)
        except NotYours:
            form.add_error("unit", NOT_THERE)
            return self.form_invalid(form)
        if not is_first:
            messages.info(self.request, SENT_BEFORE)
        return redirect(address)

    def write(self, form):
        facts = form.facts()
        log = write_log(self.request.user, **facts)
        messages.success(self.request, f"已记下：{' · '.join(said_of(log))}。")
        if source := facts["source"]:
            return noun_of(type(source)).address_of(source)
        return (
            reverse("order_detail", args=[log.order_id]) if log.order_id else reverse("worklog_detail", args=[log.pk])
        )


def said_of(log):
    """What was kept of a log beside its words: nothing is guessed without being said."""
    yield from (f"{log.happened_on:%m月%d日}", log.get_category_display(), log.unit.name)
    if log.place:
        yield log.place
    if log.order:
        yield f"为“{log.order.title}”"


class WorkLogEdit(UpdateView):
    template_name = "worklogs/form.html"
    form_class = WorkLogForm

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | shown(context["form"])

    def get_queryset(self):
        return WorkLog.objects.editable_by(self.request.user)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form):
        data, seen = form.facts(), form.cleaned_data["seen_version"]
        log = get_object_or_404(self.get_queryset(), pk=self.object.pk)
        try:
            edit_log(log, seen, self.request.user, **data)
        except Conflict as conflict:
            form.show_conflict(conflict.current)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        except ValidationError as error:
            form.show_refused(error)
            return self.form_invalid(form)
        except NotYours:
            form.add_error("unit", NOT_THERE)
            return self.form_invalid(form)
        messages.success(self.request, "已保存。")
        return redirect("worklog_detail", log.pk)


@takes_steps(to_record(WorkLog, "worklog_detail"))
def withdraw(request, pk):
    log = get_object_or_404(WorkLog.objects.written_by(request.user).for_list(), pk=pk)
    form = WithdrawalForm(request.POST)
    outcome = attempt(form, partial(withdraw_log, log, request.user))
    if outcome.is_taken:
        messages.success(request, "已作废：留有痕迹，不再计入。")
        return redirect("worklog_detail", pk)
    page = {"log": log, **page_of(log, request.user, form, outcome.error)}
    return render(request, "worklogs/detail.html", page, status=outcome.status)


@takes_steps(to_page("worklog_new"))
def guess_fields(request):
    """The fields that are guessed from the text, for the form that is being filled in; what was corrected stays."""
    form = WorkLogForm(request.POST, user=request.user)
    filled = WorkLogForm(initial=form.guessed_anew().dict(), user=request.user)
    return render(
        request, "worklogs/_guessed.html", {"form": filled, **shown(filled, form.found.keys() & form.guessed)}
    )


def shown(form, guessed=()):
    """The summary of the fields under the box: the values chosen now, and which of them were guessed."""
    chosen = []
    for name, symbol in [
        ("happened_on", "calendar"),
        ("category", "list-details"),
        ("place", "map-pin"),
        ("unit", "building-community"),
        ("order", "clipboard-check"),
    ]:
        value = form[name].value()
        field = form.fields[name]
        if hasattr(field, "queryset"):
            value = field.queryset.filter(pk=value).first() if str(value).isdecimal() else None
        elif name == "category":
            value = dict(field.choices).get(value)
        if value:
            chosen.append((symbol, value, name in guessed))
    return {"chosen": chosen}


COLUMNS = [
    Column("日期", DAY),
    Column("单位", width=18),
    Column("类别"),
    Column("地点", width=18),
    Column("做了什么", width=60),
    Column("为哪件事", width=22),
    Column("记录人", width=10),
    Column("代何人", width=10),
]


@require_safe
def export_logs(request):
    """The filtered list as an Excel file, through the same gate and the same filter."""
    found = filtered_logs(request)
    if found.is_refused:
        return to_list(request, reverse("worklog_list"))
    rows = found.qs.standing()[: MOST_ROWS + 1]
    numbers = {o.pk: o.number for o in _orders_of(request.user, rows)}
    cells = (
        [
            r.happened_on,
            r.unit.name,
            r.get_category_display(),
            r.place,
            r.text,
            numbers.get(r.order_id, ""),
            r.created_by.name,
            r.for_whom.name if r.for_whom else "",
        ]
        for r in rows
    )
    return excel_response(dated("工作日志"), Sheet(COLUMNS, cells))


def _orders_of(user, logs):
    return Order.objects.where_user_may(user, Duty.VIEW).filter(pk__in={log.order_id for log in logs})
