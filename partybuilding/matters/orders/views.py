from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, FormView

from districts.documents.download import dated
from districts.documents.excel import DAY, MOST_ROWS, Column, Sheet, excel_response
from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.records.answering import attempt, sentence, takes_steps, to_record
from districts.records.asking import asked_for, given_by, is_about_somebody, prefilled, take_source
from districts.records.filtering import FilteredList, to_list
from districts.records.once import SENT_BEFORE, once
from districts.records.versions import Conflict
from districts.workflow import NotYours, StepRefused, open_steps
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.forms import AmendForm, AssignmentFilter, OrderForm
from partybuilding.matters.orders.models import Order, OrderAssignment
from partybuilding.matters.orders.pages import award_form, order_page, shares_of, step_form, ways_of
from partybuilding.matters.orders.papers import paper_response

OUT_OF_REACH = "所选单位不在交办单位的范围内，请检查“由谁交办”、牵头单位和协办单位。"


def filtered_assignments(request):
    rows = OrderAssignment.objects.where_user_may(request.user, Duty.VIEW).for_list()
    rows = rows.exclude(state=OrderAssignment.State.PLANNED)
    return AssignmentFilter(request.GET, queryset=rows, request=request)


class OrderList(FilteredList):
    template_name = "orders/list.html"
    context_object_name = "assignments"

    @property
    def is_board(self):
        return self.request.GET.get("view") == "board"

    @property
    def rows_template(self):
        return "orders/_board.html" if self.is_board else "orders/_rows.html"

    def filtered(self):
        return filtered_assignments(self.request)

    def get_context_data(self, **kwargs):
        user = self.request.user
        drafts = Order.objects.where_user_may(user, Duty.VIEW).filter(state=Order.State.DRAFT).for_list()
        can_issue = actions.issuing_units(user).exists()
        chosen = self.filter.form.cleaned_data if self.filter.form.is_valid() else {}
        return super().get_context_data(
            drafts=drafts,
            can_issue=can_issue,
            is_board=self.is_board,
            columns=board_columns(self.filter.qs) if self.is_board else (),
            can_accept=chosen.get("todo") == "accept",
            **kwargs,
        )


BOARD = [
    ("issued", "待签收"),
    ("received", "办理中"),
    ("returned", "已退回"),
    ("paused", "延期待批"),
    ("reported", "待审核"),
]

CARDS = 12


def board_columns(shares):
    """(label, state, how many, the first dozen) of each column of the board; two queries whatever the number of rows."""
    counts = dict(shares.order_by().values_list("state").annotate(n=Count("pk")))
    place = Window(RowNumber(), partition_by=F("state"), order_by=[F("due_on"), F("pk")])
    first = shares.filter(state__in=dict(BOARD)).annotate(place=place).filter(place__lte=CARDS)
    cards = {}
    for share in first:
        cards.setdefault(share.state, []).append(share)
    return [(label, state, counts.get(state, 0), cards.get(state, [])) for state, label in BOARD]


class OrderDetail(DetailView):
    template_name = "orders/detail.html"
    context_object_name = "order"

    def get_queryset(self):
        return Order.objects.where_user_may(self.request.user, Duty.VIEW).for_list()

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | order_page(self.object, self.request.user)


class OrderNew(FormView):
    template_name = "orders/form.html"
    form_class = OrderForm

    def dispatch(self, request, *args, **kwargs):
        if not actions.issuing_units(request.user).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self):
        """What the record that it comes from says already."""
        source = asked_for(self.request)
        if source is None:
            return {}
        given = given_by(source)
        words = {"kind": "task", "title": given.title[:80], "content": given.words}
        return words | prefilled(source) | {"lead_unit": given.unit.pk if given.unit.parent_id else None}

    def get_context_data(self, **kwargs):
        return super().get_context_data(is_kept=is_about_somebody(asked_for(self.request)), **kwargs)

    def form_valid(self, form):
        data = dict(form.cleaned_data)
        data.pop("seen_version")
        data["source"] = take_source(data)

        def draw_up():
            return issue_if_asked(self.request, actions.draw_up_order(by=self.request.user, **data)).url

        try:
            address, is_first = once(self.request.user, self.request.POST.get("once"), draw_up)
        except NotYours:
            form.add_error("lead_unit", OUT_OF_REACH)
            return self.form_invalid(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        if not is_first:
            messages.info(self.request, SENT_BEFORE)
        return redirect(address)


class OrderEdit(FormView):
    """Change a draft as a whole, or the words of an issued order."""

    template_name = "orders/form.html"

    def get_order(self):
        rows = Order.objects.where_user_may(self.request.user, Duty.ISSUE)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        self.order = self.get_order()
        if not (self.as_draft or self.may_amend()):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def as_draft(self):
        """Also a draft's form that comes after somebody issued it: told, not half taken."""
        return self.order.state == Order.State.DRAFT or "lead_unit" in self.request.POST

    def may_amend(self):
        """Is there something to open? What was accepted while somebody wrote is told to them, with their words kept."""
        if self.request.method != "POST" and self.order.is_accepted:
            return False
        steps = open_steps(Order, [self.order], self.request.user)[self.order.pk]
        return self.order.amending in {step.verb for step in steps}

    def get_form(self, form_class=None):
        kwargs = {**self.get_form_kwargs(), "instance": self.order}
        if self.as_draft:
            return OrderForm(user=self.request.user, **kwargs)
        return AmendForm(ways=ways_of(self.order, self.order.amending, self.request.user), **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(order=self.order, **kwargs)

    def form_valid(self, form):
        data = dict(form.cleaned_data)
        seen = data.pop("seen_version")
        save = actions.edit_draft if isinstance(form, OrderForm) else actions.amend_order
        try:
            order = save(self.get_order(), seen, by=self.request.user, **data)
        except Conflict as conflict:
            form.show_conflict(conflict.current)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        except NotYours:
            form.add_error("lead_unit" if "lead_unit" in form.fields else None, OUT_OF_REACH)
            return self.form_invalid(form)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return issue_if_asked(self.request, order)


def issue_if_asked(request, order):
    """After saving a draft: issue it at once when that button was pressed."""
    if "issue" not in request.POST or order.state != Order.State.DRAFT:
        messages.success(request, "已保存。" if order.state == Order.State.ISSUED else "草稿已保存。")
        return redirect("order_detail", order.pk)
    return issue(request, order.pk)


@takes_steps(to_record(Order, "order_detail"))
def issue(request, pk):
    """交办 or 签发. A 玉字令 drawn up by somebody who may not sign stays a draft and waits for a signature."""
    order = get_object_or_404(Order.objects.where_user_may(request.user, Duty.ISSUE), pk=pk)
    form = ActingForm(request.POST, ways=ways_of(order, "issue", request.user))
    if not form.is_valid():
        messages.error(request, "；".join(e for errors in form.errors.values() for e in errors))
        return redirect("order_detail", order.pk)
    try:
        issued = actions.issue_order(order, request.user, **form.cleaned_data)
        done = "发榜" if issued.is_open_call else "签发" if issued.kind == Order.Kind.DECREE else "交办"
        messages.success(request, f"{issued.number} 已{done}。")
    except NotYours:
        messages.success(request, "已送街道领导签发；签发后自动编号，承办单位才能看到。")
    except (StepRefused, ValidationError) as refusal:
        messages.error(request, sentence(refusal))
    return redirect("order_detail", order.pk)


@takes_steps(to_record(Order, "order_detail"))
def award(request, pk):
    """定榜: choose among the units that claimed."""
    order = get_object_or_404(Order.objects.where_user_may(request.user, Duty.ISSUE).for_list(), pk=pk)
    form = award_form(order, request.user, request.POST)
    outcome = attempt(form, partial(actions.award_order, order, request.user))
    if outcome.is_taken:
        messages.success(request, f"已定由“{form.cleaned_data['assignment'].unit.name}”承办。")
        return redirect("order_detail", order.pk)
    page = order_page(order, request.user, error=outcome.error) | {"award_form": form}
    return render(request, "orders/detail.html", {"order": order, **page}, status=outcome.status)


def to_accept(request):
    """The list of reports that wait for the reader."""
    return f"{reverse('order_list')}?todo=accept"


@takes_steps(to_accept)
def accept_several(request):
    """Accept the chosen reports, each by the same step as alone; those that cannot be are named."""
    chosen = [int(pk) for pk in request.POST.getlist("share") if pk.isdecimal() and len(pk) < 18]
    waiting = OrderAssignment.objects.waiting_for(request.user, "accept").filter(pk__in=chosen)
    done, refused = 0, []
    for share in waiting.for_list():
        try:
            actions.accept(share, request.user)
            done += 1
        except StepRefused as refusal:
            refused.append(f"“{share.order.title}”{refusal}")
    if done:
        messages.success(request, f"已审核办结 {done} 件。")
    for text in refused:
        messages.error(request, text)
    if not done and not refused:
        messages.error(request, "没有勾选待审核的事项。")
    return redirect(to_accept(request))


@require_safe
def paper(request, pk):
    """The order as a paper: to print, or as a Word file."""
    order = get_object_or_404(Order.objects.where_user_may(request.user, Duty.VIEW).for_list(), pk=pk)
    if order.serial is None:
        raise Http404
    shares = list(shares_of(order, request.user))
    if request.GET.get("as") == "docx":
        return paper_response(order, shares)
    return render(request, "orders/paper.html", {"order": order, "shares": shares, "files": order.files.all()})


@takes_steps(to_record(OrderAssignment, "order_detail", "order"))
def take_assignment_step(request, pk, verb):
    """One of the steps of a share; a refusal keeps what was typed."""
    if verb not in OrderAssignment.STEPS:
        raise Http404
    mine = OrderAssignment.objects.where_user_may(request.user, OrderAssignment.STEPS[verb].duty)
    assignment = get_object_or_404(mine.select_related("unit__parent", "order__unit"), pk=pk)
    form = step_form(assignment, verb, request.user, request.POST)
    outcome = attempt(form, partial(STEP_ACTIONS[verb], assignment, request.user))
    if outcome.is_taken:
        return after_step(request, assignment, verb)
    page = order_page(assignment.order, request.user, refused=(assignment.pk, verb, form), error=outcome.error)
    return render(request, "orders/detail.html", {"order": assignment.order, **page}, status=outcome.status)


def after_step(request, assignment, verb):
    """Say what was done; who is going through reports is led to the next that waits."""
    done = f"“{assignment.order.title}”已{assignment.step_label(assignment.STEPS[verb])}。"
    if "today" in request.POST:
        messages.success(request, done)
        return redirect("workbench")
    waiting = OrderAssignment.objects.waiting_for(request.user, "accept") if verb in {"accept", "return"} else None
    following = waiting.for_list().first() if waiting is not None else None
    if following is None:
        messages.success(request, done)
        return redirect("order_detail", assignment.order_id)
    messages.success(request, f"{done}下面是下一件待审核的，还有 {waiting.count()} 件。")
    return redirect(f"{reverse('order_detail', args=[following.order_id])}#share-{following.pk}")


STEP_ACTIONS = {
    "receive": actions.receive,
    "claim": actions.claim,
    "unclaim": actions.withdraw_claim,
    "report": actions.report,
    "unreport": actions.withdraw_report,
    "accept": actions.accept,
    "return": actions.send_back,
    "extend": actions.ask_extension,
    "unextend": actions.withdraw_extension,
    "grant": partial(actions.answer_extension, is_granted=True),
    "deny": partial(actions.answer_extension, is_granted=False),
    "urge": actions.urge,
    "call": partial(actions.urge, by_phone=True),
}


COLUMNS = [
    (Column("编号", width=22), lambda share: share.order.number),
    (Column("类别"), lambda share: share.order.get_kind_display()),
    (Column("标题", width=40), lambda share: share.order.title),
    (Column("交办单位", width=24), lambda share: share.order.issuer),
    (Column("承办单位", width=18), lambda share: share.unit.name),
    (Column("牵头/协办"), lambda share: share.role),
    (Column("交办日期", DAY), lambda share: share.order.issued_on),
    (Column("办结期限", DAY), lambda share: share.due_on),
    (Column("状态"), lambda share: share.state_label),
]


@require_safe
def export_orders(request):
    """The filtered list as an Excel file, through the same gate and the same filter."""
    found = filtered_assignments(request)
    if found.is_refused:
        return to_list(request, reverse("order_list"))
    rows = ([cell(share) for _, cell in COLUMNS] for share in found.qs[: MOST_ROWS + 1])
    return excel_response(dated("工单"), Sheet([column for column, _ in COLUMNS], rows))
