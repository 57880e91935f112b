"""What is done with an order: draw up, issue or sign, amend, and the steps of each unit's share."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from districts.access import held_posts
from districts.calendar.workdays import amber_from
from districts.posts.duties import Duty, Post, Reach
from districts.records.versions import save_edit
from districts.units.models import Unit
from districts.workflow import NotYours, StepRefused, take_step
from partybuilding.orders.models import AssignmentStep, Order, OrderAssignment, check_order
from partybuilding.worklogs.models import WorkLog

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
def draw_up_order(*, by, unit, kind, title, content, due_on, lead_unit, co_units=()):
    """Write a draft with its planned shares. Raises NotYours outside the user's posts, ValidationError on wrong data."""
    _check_reach(by, unit, [lead_unit, *co_units])
    check_order(kind, unit, lead_unit)
    _check_due(due_on)
    order = Order.objects.create(
        created_by=by,
        unit=unit,
        kind=kind,
        title=title,
        content=content,
        due_on=due_on,
        lead_unit=lead_unit,
        street=unit.get_root(),
    )
    _plan(order, co_units)
    return order


@transaction.atomic
def edit_draft(order, seen_version, *, by, co_units, **fields):
    """Change a draft as a whole. Raises Conflict when somebody saved first."""
    locked = Order.objects.where_user_may(by, Duty.ISSUE).select_for_update(of=("self",)).filter(pk=order.pk).first()
    if locked is None:
        raise NotYours
    if locked.state != Order.State.DRAFT:
        raise StepRefused("这件事已经交办，不能再改对象和期限。")
    _check_reach(by, fields["unit"], [fields["lead_unit"], *co_units])
    check_order(fields["kind"], fields["unit"], fields["lead_unit"])
    _check_due(fields["due_on"])
    saved = save_edit(locked, seen_version, street=fields["unit"].get_root(), **fields)
    saved.assignments.all().delete()
    _plan(saved, co_units)
    return saved


@transaction.atomic
def amend_order(order, seen_version, *, by, title, content):
    """Change the words of an issued order; the step keeps what they were."""
    changes = [
        f"{name}原为：{old}"
        for name, old, new in [("标题", order.title, title), ("要求", order.content, content)]
        if old != new
    ]
    if not changes:
        return order
    saved = save_edit(order, seen_version, title=title, content=content)
    take_step(saved, "resign" if order.kind == Order.Kind.DECREE else "amend", by, note="\n".join(changes))
    return saved


@transaction.atomic
def issue_order(order, by):
    """Issue a draft: 交办 for a task, 签发 for a 玉字令. Gives it its number and starts every share's clock."""
    # The number needs the street's row locked first, then the order's: one order of locks for everybody.
    Unit.objects.select_for_update(no_key=True).get(pk=order.street_id)
    order = Order.objects.select_for_update(of=("self",)).select_related("unit").get(pk=order.pk)
    verb = "sign" if order.kind == Order.Kind.DECREE else "issue"
    today = timezone.localdate()
    if order.state == Order.State.DRAFT:
        _check_due(order.due_on)
        _check_still_below(order)
        taken = Order.objects.filter(street=order.street_id, kind=order.kind, year=today.year)
        order.serial = (taken.aggregate(last=Max("serial"))["last"] or 0) + 1
        order.year, order.issued_on = today.year, today
        order.version += 1  # whoever still has the draft open is told
        order.save(update_fields=["serial", "year", "issued_on", "version"])
    take_step(order, verb, by)
    order.assignments.update(
        state=OrderAssignment.State.ISSUED, due_on=order.due_on, amber_on=amber_from(today, order.due_on)
    )
    return order


def receive(assignment, by, **said):
    return take_step(assignment, "receive", by, **said)


@transaction.atomic
def report(assignment, by, *, note, logs=(), **said):
    """Report a share done, with logs as evidence."""
    step = take_step(assignment, "report", by, note=note, **said)
    chosen = [log.pk for log in logs]
    step.logs.set(WorkLog.objects.select_for_update().filter(pk__in=chosen, order=assignment.order_id))
    return step


@transaction.atomic
def accept(assignment, by, *, note=""):
    """Accept the pending report: on time is judged at that report, not today."""
    OrderAssignment.objects.select_for_update().get(pk=assignment.pk)
    pending = AssignmentStep.objects.filter(assignment=assignment, verb="report").last()
    return take_step(assignment, "accept", by, note=note, report=pending)


def send_back(assignment, by, *, note):
    return take_step(assignment, "return", by, note=note)


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
    units = [order.lead_unit, *(u for u in co_units if u.pk != order.lead_unit_id)]
    OrderAssignment.objects.bulk_create(OrderAssignment(order=order, unit=u, due_on=order.due_on) for u in units)
