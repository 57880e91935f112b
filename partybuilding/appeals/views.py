from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import DetailView

from districts.documents.download import dated
from districts.documents.excel import MOMENT, MOST_ROWS, Column, Sheet, excel_response
from districts.duties import Duty
from districts.records.answering import attempt, takes_steps, to_record
from districts.records.filtering import FilteredList, to_list
from districts.workflow import NotYours
from partybuilding.appeals import actions
from partybuilding.appeals.by_hand import call_back, register, street_by_hand, take_step_by_hand
from partybuilding.appeals.estates.actions import find_estate
from partybuilding.appeals.forms import AppealFilter, RegisterForm
from partybuilding.appeals.models import Appeal
from partybuilding.appeals.pages import appeal_page, recuse_form, step_form

ACTIONS = {
    "assign": actions.assign,
    "ask_center": actions.ask_center,
    "write_note": actions.write_note,
    "find_estate": find_estate,
    **{verb: take_step_by_hand(verb) for verb in ("sign", "reach", "treat", "answer")},
    "call_back": call_back,
}


def filtered_appeals(request):
    rows = Appeal.objects.where_user_may(request.user, Duty.VIEW).for_list()
    return AppealFilter(request.GET, queryset=rows, request=request)


class AppealList(FilteredList):
    template_name, rows_template = "appeals/list.html", "appeals/_rows.html"
    context_object_name = "appeals"

    def filtered(self):
        return filtered_appeals(self.request)

    def get_context_data(self, **kwargs):
        can_import = any(Duty.INTAKE in a.duties for a in self.request.posts)
        return super().get_context_data(can_import=can_import, **kwargs)


class AppealDetail(DetailView):
    template_name = "appeals/detail.html"
    context_object_name = "appeal"

    def get_queryset(self):
        return Appeal.objects.where_user_may(self.request.user, Duty.VIEW).select_related("unit", "street", "estate")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | appeal_page(self.object, self.request.user)


to_appeal = to_record(Appeal, "appeal_detail")


@takes_steps(to_appeal)
def take_appeal_step(request, pk, verb):
    """One of the steps of an appeal; a refusal keeps what was typed."""
    if verb not in ACTIONS:
        raise Http404
    mine = Appeal.objects.where_user_may_any(request.user, Appeal.STEPS[verb].duties)
    appeal = get_object_or_404(mine.select_related("unit", "street", "estate"), pk=pk)
    form = step_form(appeal, verb, request.user, request.POST)
    outcome = attempt(form, partial(ACTIONS[verb], appeal, request.user))
    if outcome.is_taken:
        messages.success(request, said(appeal, verb, outcome.done))
        seen = Appeal.objects.where_user_may(request.user, Duty.VIEW).filter(pk=appeal.pk).exists()
        return redirect("appeal_detail", appeal.pk) if seen else redirect("appeal_list")
    page = appeal_page(appeal, request.user, refused=(verb, form), error=outcome.error)
    return render(request, "appeals/detail.html", {"appeal": appeal, **page}, status=outcome.status)


def said(appeal, verb, done):
    if verb == "assign":
        return f"已分派给“{appeal.unit.name}”" + (f"，连同等待中的同名工单共 {done} 件。" if done > 1 else "。")
    return f"已{Appeal.STEPS[verb].label}。"


@takes_steps(to_appeal)
def recuse(request, pk):
    """回避: only whoever dispatches for the whole street says whom an appeal is about."""
    appeal = get_object_or_404(
        Appeal.objects.where_user_may(request.user, Duty.ISSUE).select_related("street", "unit"), pk=pk
    )
    if not actions.may_recuse(request.user, appeal):
        raise Http404
    form = recuse_form(appeal, request.user, request.POST)
    if attempt(form, partial(actions.recuse, appeal, request.user), at="person").is_taken:
        messages.success(request, "已回避：留在街道办理，被反映的人看不到，也不计入其可见的数字。")
        return redirect("appeal_detail", appeal.pk)
    page = appeal_page(appeal, request.user) | {"recuse_form": form}
    return render(request, "appeals/detail.html", {"appeal": appeal, **page}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def register_appeal(request):
    """登记 of one appeal by hand, where the street does that."""
    street = street_by_hand(request.user)
    if street is None:
        raise Http404
    form = RegisterForm(request.POST or None, street=street, user=request.user)
    if form.is_bound and form.is_valid():
        try:
            appeal = register(street, request.user, form.cells(), **form.chosen())
            messages.success(request, f"已登记，编号 {appeal.number}。")
            return redirect("appeal_detail", appeal.pk)
        except ValidationError as refusal:
            form.show_refused(refusal)
    return render(request, "appeals/register.html", {"form": form}, status=422 if request.method == "POST" else 200)


@takes_steps(to_appeal)
def seal(request, pk):
    """只留编号: what was said in an extreme case is not kept."""
    appeal = get_object_or_404(Appeal.objects.where_user_may(request.user, Duty.ISSUE), pk=pk)
    try:
        actions.seal(appeal, request.user)
    except NotYours:
        raise Http404 from None
    messages.success(request, "已只留编号：文字已抹去，以后导入也不再写回。")
    return redirect("appeal_detail", appeal.pk)


YES = {True: "是", False: "否", None: ""}
COLUMNS = [
    (Column("工单编号", width=22), lambda a: a.number),
    (Column("创建时间", MOMENT), lambda a: a.called_at),
    (Column("承办单位", width=18), lambda a: a.unit.name),
    (Column("分类", width=22), lambda a: a.category),
    (Column("标题", width=30), lambda a: a.title),
    (Column("主要内容", width=60), lambda a: a.content),
    (Column("来电人", width=10), lambda a: a.caller),
    (Column("市里状态", width=10), lambda a: a.city_state),
    (Column("办结时间", MOMENT), lambda a: a.closed_at),
    (Column("办理时限", MOMENT), lambda a: a.due_at),
    (Column("有效回访", width=8), lambda a: YES[a.is_valid]),
    (Column("已联系", width=8), lambda a: YES[a.is_contacted]),
    (Column("是否解决", width=10), lambda a: a.get_outcome_display()),
    (Column("是否满意", width=10), lambda a: a.get_satisfaction_display()),
]


@require_safe
def export_appeals(request):
    """The filtered list as an Excel file, through the same gate and the same filter."""
    found = filtered_appeals(request)
    if found.is_refused:
        return to_list(request, reverse("appeal_list"))
    rows = ([cell(appeal) for _, cell in COLUMNS] for appeal in found.qs.not_withheld()[: MOST_ROWS + 1])
    return excel_response(dated("12345诉求"), Sheet([column for column, _ in COLUMNS], rows))
