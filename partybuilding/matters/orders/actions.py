"""What is done with an order: draw up, issue or sign, amend, and the steps of each unit's share."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from districts.access import held_posts
from districts.calendar.workdays import add_working_days, amber_from, working_days_between
from districts.duties import Duty, Post, Reach
from districts.files.hanging import hang
from districts.records.dirty import mark_dirty
from districts.records.origin import origin_of
from districts.records.versions import save_edit
from districts.units.models import Unit
from districts.workflow import NotYours, StepRefused, take_step
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.checks import check_open_call, check_order
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment

LONGEST = timedelta(days=2 * 366)


def issuing_units(user):
    """The units in whose name a user may draw up an order: where they hold a post that issues."""
    return Unit.objects.filter(pk__in=held_posts(user, Duty.ISSUE, Reach.BELOW).values("unit_id"), retired_on=None)


def assignable_units(user):
    """The units to which a user may assign: below their issuing posts, but none where their own post would handle it.

    A branch is asked by the unit right above it, never over that unit's head.
    """
    handling = [p for p in Post if Duty.HANDLE in p.duties and Duty.ISSUE in p.duties]
    own = held_posts(user, Duty.ISSUE, Reach.BELOW).filter(post__in=handling).values("unit_id")
    rows = Unit.objects.where_user_may(user, Duty.ISSUE).exclude(pk__in=own)
    overhead = Q(kind=Unit.Kind.BRANCH) & ~Q(parent__in=issuing_units(user).values("pk"))
    return rows.exclude(overhead).exclude(kind=Unit.Kind.COMMITTEE).active()


@transaction.atomic
def draw_up_order(
    *,
    by,
    unit,
    kind,
    title,
    content,
    due_on,
    lead_unit=None,
    co_units=(),
    is_open_call=False,
    goal=None,
    source=None,
    files=(),
):
    """Write a draft with its planned shares; of an open call the co-units are those that may claim it.

    Raises NotYours outside the user's posts, ValidationError on wrong data.
    """
    given = {"unit": unit, "kind": kind, "due_on": due_on, "lead_unit": lead_unit, "is_open_call": is_open_call}
    _check_draft(by, co_units, goal=goal, **given)
    order = Order.objects.create(
        created_by=by,
        title=title,
        content=content,
        goal=goal,
        came_from=origin_of(source),
        street=unit.get_root(),
        **given,
    )
    _plan(order, co_units)
    if not Order.objects.where_user_may(by, Duty.ISSUE).filter(pk=order.pk).exists():
        raise NotYours  # drawn up in the name of whom it is about
    hang(order.files, files, by)
    return order


@transaction.atomic
def edit_draft(order, seen_version, *, by, co_units, files=(), dropped=(), **fields):
    """Change a draft as a whole, its files too. Raises Conflict when somebody saved first."""
    locked = Order.objects.where_user_may(by, Duty.ISSUE).select_for_update(of=("self",)).filter(pk=order.pk).first()
    if locked is None:
        raise NotYours
    if locked.state != Order.State.DRAFT:
        raise StepRefused("这件事已经交办，不能再改对象和期限。")
    _check_kept(locked)
    fields.setdefault("is_open_call", False)
    names = ("unit", "kind", "due_on", "lead_unit", "is_open_call", "goal")
    _check_draft(by, co_units, **{name: fields.get(name) for name in names})
    saved = save_edit(locked, seen_version, street=fields["unit"].get_root(), **fields)
    saved.assignments.all().delete()
    _plan(saved, co_units)
    hang(saved.files, files, by, dropped)
    return saved


def _check_kept(order):
    if order.is_emptied:
        raise StepRefused("这件事所来自的诉求已只留编号，文字不再填写；需要继续办的，请另建事项。")


def _check_draft(by, co_units, *, unit, kind, due_on, lead_unit, is_open_call, goal=None):
    _check_reach(by, unit, [u for u in (lead_unit, *co_units) if u])
    if is_open_call:
        check_open_call(kind, unit, lead_unit, co_units)
    else:
        check_order(kind, unit, lead_unit)
    if goal and goal.unit_id not in {u.pk for u in (lead_unit, *co_units) if u}:
        raise ValidationError({"goal": f"这个目标是“{goal.unit.name}”的，它没有承办这件事。"})
    _check_due(due_on)


@transaction.atomic
def amend_order(order, seen_version, *, by, title, content, files=(), **said):
    """Change the words of an issued order, or add files; the step keeps what the words were, and names the files."""
    changes = [
        f"{name}原为：{old}"
        for name, old, new in [("标题", order.title, title), ("要求", order.content, content)]
        if old != new
    ]
    if not changes and not files:
        return order
    _check_kept(order)
    if order.is_accepted:
        raise StepRefused("各单位都已审核办结，文字不能再改；有新的要求请另行交办。")
    saved = save_edit(order, seen_version, title=title, content=content)
    if added := hang(saved.files, files, by):
        changes.append(f"附件增加：{'、'.join(file.shown_name for file in added)}")
    take_step(saved, order.amending, by, note="\n".join(changes), **said)
    return saved


@transaction.atomic
def issue_order(order, by, **said):
    """Issue a draft: 交办 for a task, 签发 for a 玉字令, 发榜 for an open call. Numbers it and starts every share's clock."""
    # The number needs the street's row locked first, then the order's: one order of locks for everybody.
    Unit.objects.select_for_update(no_key=True).get(pk=order.street_id)
    order = Order.objects.select_for_update(of=("self",)).select_related("unit").get(pk=order.pk)
    today = timezone.localdate()
    if order.state == Order.State.DRAFT:
        _check_due(order.due_on)
        _check_still_below(order)
        taken = Order.objects.filter(street=order.street_id, kind=order.kind, year=today.year)
        order.serial = (taken.aggregate(last=Max("serial"))["last"] or 0) + 1
        order.year, order.issued_on = today.year, today
        order.version += 1  # whoever still has the draft open is told
        order.save(update_fields=["serial", "year", "issued_on", "version"])
    if order.is_open_call:
        take_step(order, "sign_post" if order.kind == Order.Kind.DECREE else "post", by, **said)
        order.assignments.update(state=OrderAssignment.State.OPEN)
        return order
    take_step(order, "sign" if order.kind == Order.Kind.DECREE else "issue", by, **said)
    _start_clocks(order.assignments.all(), today, order.due_on)
    return order


@transaction.atomic
def award_order(order, by, *, assignment, note="", **said):
    """定榜: give an open call to one of the units that claimed it; the others are told that it went elsewhere."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if not order.assignments.filter(pk=assignment.pk, state=OrderAssignment.State.CLAIMED).exists():
        raise StepRefused(f"“{assignment.unit.name}”没有揭榜，不能定给它；请刷新。")
    order.lead_unit = assignment.unit
    order.save(update_fields=["lead_unit"])
    verb = "sign_award" if order.kind == Order.Kind.DECREE else "award"
    take_step(order, verb, by, note=note or f"定由{assignment.unit.name}承办", **said)
    _start_clocks(order.assignments.filter(pk=assignment.pk), timezone.localdate(), order.due_on)
    order.assignments.exclude(pk=assignment.pk).update(state=OrderAssignment.State.LOST)
    return order


def _start_clocks(shares, today, due_on):
    shares.update(state=OrderAssignment.State.ISSUED, due_on=due_on, amber_on=amber_from(today, due_on))
    mark_dirty((unit, due_on) for unit in shares.values_list("unit", flat=True))


def receive(assignment, by, **said):
    return take_step(assignment, "receive", by, **said)


def claim(assignment, by, *, note, **said):
    """揭榜: a unit offers to take an open call, saying how it would go about it."""
    return take_step(assignment, "claim", by, note=note, **said)


@transaction.atomic
def report(assignment, by, *, note, logs=(), **said):
    """Report a share done, with logs as evidence. A report while an extension waits takes the request back."""
    share = _locked(assignment)
    step = take_step(assignment, "report", by, note=note, **said)
    _resume(share)
    chosen = [log.pk for log in logs]
    standing = WorkLog.objects.select_for_update().standing()
    step.logs.set(standing.filter(pk__in=chosen, order=assignment.order_id))
    return step


@transaction.atomic
def accept(assignment, by, *, note="", **said):
    """Accept the pending report: on time is judged at that report, not today."""
    share = _locked(assignment)
    mark_dirty([(share.unit_id, share.due_on)])
    pending = AssignmentStep.objects.filter(assignment=assignment, verb="report").last()
    return take_step(assignment, "accept", by, note=note, report=pending, **said)


def send_back(assignment, by, *, note, **said):
    return take_step(assignment, "return", by, note=note, **said)


@transaction.atomic
def ask_extension(assignment, by, *, note, until, **said):
    """申请延期, while the due date has not passed. The clock stands still until it is answered."""
    share = _locked(assignment)
    today = timezone.localdate()
    if share.due_on < today:
        raise StepRefused(f"办结期限 {share.due_on} 已过，延期须在到期前申请；请直接报结并说明情况。")
    if until and not share.due_on < until <= today + LONGEST:
        raise StepRefused(f"延到的日期应晚于现在的期限 {share.due_on}，且不超过两年。")
    step = take_step(assignment, "extend", by, note=note, until=until, **said)
    OrderAssignment.objects.filter(pk=share.pk).update(paused_on=today)
    mark_dirty([(share.unit_id, share.due_on)])
    return step


def withdraw_claim(assignment, by, **said):
    """Take a claim back, while the call has gone to nobody."""
    return take_step(assignment, "unclaim", by, **said)


def withdraw_report(assignment, by, **said):
    """Take a report back, while nobody has judged it; on time is judged at the one that is accepted."""
    return take_step(assignment, "unreport", by, **said)


@transaction.atomic
def withdraw_extension(assignment, by, **said):
    """Take the request back, while nobody has answered. The due date stays, and no day of waiting is given back."""
    share = _locked(assignment)
    step = take_step(assignment, "unextend", by, **said)
    _resume(share, share.due_on)
    return step


@transaction.atomic
def answer_extension(assignment, by, *, is_granted, note="", until=None, **said):
    """Grant (until the day asked for, or another) or deny. Denied, the days of waiting are given back all the same."""
    share = _locked(assignment)
    asked = share.steps.filter(verb="extend").last()
    due_on = (until or asked.until) if is_granted and asked else _due_after_waiting(share)
    if is_granted and due_on < share.due_on:
        raise StepRefused(f"延到的日期 {due_on} 早于原来的期限 {share.due_on}。")
    verb = "grant" if is_granted else "deny"
    step = take_step(assignment, verb, by, note=note, until=max(due_on, _due_after_waiting(share)), **said)
    _resume(share, step.until)
    return step


@transaction.atomic
def urge(assignment, by, *, by_phone=False, note="", **said):
    """催办: the unit sees it; also for what was said by telephone. Once a day and person is enough."""
    share, today = _locked(assignment), timezone.localdate()
    if share.steps.filter(verb__in=["urge", "call"], by=by, taken_on=today).exists():
        raise StepRefused("您今天已经催办过这件事。")
    step = take_step(assignment, "call" if by_phone else "urge", by, note=note, **said)
    OrderAssignment.objects.filter(pk=share.pk).update(urged_on=today)
    return step


def _locked(assignment):
    return OrderAssignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)


def _due_after_waiting(share):
    """The due date with the working days of waiting given back."""
    if share.paused_on is None:
        return share.due_on
    return add_working_days(share.due_on, working_days_between(share.paused_on, timezone.localdate()))


def _resume(share, due_on=None):
    """Let the clock run again after an extension was answered or overtaken by a report."""
    if share.paused_on is None:
        return
    due_on = due_on or _due_after_waiting(share)
    OrderAssignment.objects.filter(pk=share.pk).update(
        paused_on=None, due_on=due_on, amber_on=amber_from(share.order.issued_on, due_on)
    )
    mark_dirty([(share.unit_id, share.due_on), (share.unit_id, due_on)])


def _check_reach(by, unit, assigned):
    if not issuing_units(by).filter(pk=unit.pk).exists():
        raise NotYours
    unit = Unit.objects.get(pk=unit.pk)  # the tree's columns in memory may be stale
    ids = {u.pk for u in assigned}
    if assignable_units(by).filter(pk__in=ids).filter(_below(unit)).count() != len(ids):
        raise NotYours


def _below(unit):
    return Q(tree_id=unit.tree_id, lft__gte=unit.lft, rght__lte=unit.rght)


def _check_still_below(order):
    """Since the draft was drawn up its units may have moved away or been retired."""
    gone = Unit.objects.filter(order_assignments__order=order).exclude(_below(order.unit), retired_on=None)
    names = "、".join(gone.values_list("name", flat=True))
    if names:
        raise ValidationError(f"{names}已不归{order.unit.name}或已撤销，请先修改承办单位。")


def _check_due(due_on):
    today = timezone.localdate()
    if due_on > today + LONGEST:
        raise ValidationError({"due_on": f"办结期限 {due_on} 太远，最长两年；请检查年份是否写错。"})
    if due_on < today:
        raise ValidationError({"due_on": f"办结期限 {due_on} 早于今天，请改为 {today} 或以后的日期。"})


def _plan(order, co_units):
    units = [*([order.lead_unit] if order.lead_unit else []), *(u for u in co_units if u.pk != order.lead_unit_id)]
    OrderAssignment.objects.bulk_create(OrderAssignment(order=order, unit=u, due_on=order.due_on) for u in units)
