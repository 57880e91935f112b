"""What is done with a circular: sent, opened, those that have not opened it reminded, withdrawn."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.calendar.workdays import add_working_days
from districts.duties import Duty
from districts.files.hanging import hang
from districts.units.models import Unit
from districts.workflow import NotYours, StepRefused, act_as, open_record, take_step
from partybuilding.matters.circulars.models import Circular, CircularUnit
from partybuilding.matters.orders.actions import assignable_units, issuing_units

LONGEST = timedelta(days=2 * 366)
QUIET_DAYS = 1  # working days in which nobody is asked whether it was opened


@transaction.atomic
def send(by, *, unit, title, content, last_on, units, files=(), under=None, basis=""):
    """Send a circular of a unit with its prepared files to others, each once, and tell their people.

    Raises NotYours outside the user's posts, ValidationError on wrong data.
    """
    _check_last(last_on)
    _check_units(by, unit, units)
    way = act_as(by, Duty.ISSUE, unit, "发通知", under=under, basis=basis)
    given = {"unit": unit, "title": title, "content": content, "last_on": last_on}
    circular = Circular(created_by=by, sent_on=timezone.localdate(), **given)

    def add(record):
        CircularUnit.objects.bulk_create(CircularUnit(circular=record, unit=one) for one in units)
        hang(record.files, files, by)

    return open_record(circular, "send", by, under=way.appointment.pk, basis=way.basis, then=add)


def note_opened(circular, rows, user, posts):
    """Note that the units where the user handles have it open. Asked of the database only where one of them had not.

    `rows` are the CircularUnits that the user sees, `posts` the appointments under which they act.
    """
    own = {post.unit_id for post in posts if Duty.HANDLE in post.duties}
    if circular.is_current and any(r.is_waiting and {r.unit_id, r.unit.merged_into_id} & own for r in rows):
        circular.units.opened_by(user).filter(is_opened=False).update(is_opened=True)


@transaction.atomic
def remind(circular, by, **said):
    """Tell the units that have not opened it, once a day and person. Raises StepRefused while that is not to be asked."""
    row = Circular.objects.select_for_update(of=("self",)).get(pk=circular.pk)
    if row.state == Circular.State.SENT and (why := why_no_reminder(row, by)):
        raise StepRefused(why)
    return take_step(row, "remind", by, **said)


def withdraw(circular, by, *, note, **said):
    return take_step(circular, "withdraw", by, note=note, **said)


def shown_from(circular):
    """The day from which the sender is shown which units have not opened it."""
    return add_working_days(circular.sent_on, QUIET_DAYS)


def why_no_reminder(circular, by):
    """Why nobody is reminded now; empty when somebody may be."""
    today, since = timezone.localdate(), shown_from(circular)
    if circular.last_on < today:
        return f"最后日期 {circular.last_on} 已过，不再提醒。"
    if today < since:
        return f"发出满一个工作日后才看哪些单位没有打开，{since} 起可以提醒。"
    if not circular.units.waiting().exists():
        return "收到的单位都已打开，不用再提醒。"
    if circular.steps.filter(verb="remind", by=by, taken_on=today).exists():
        return "您今天已经提醒过；到明天还没有打开的，可以再提醒。"
    return ""


def _check_last(last_on):
    today = timezone.localdate()
    if last_on > today + LONGEST:
        raise ValidationError({"last_on": f"最后日期 {last_on} 太远，最长两年；请检查年份是否写错。"})
    if last_on < today:
        raise ValidationError({"last_on": f"最后日期 {last_on} 早于今天，请改为 {today} 或以后的日期。"})


def _check_units(by, unit, units):
    """Between choosing and sending a unit may have moved, been merged or retired."""
    if not issuing_units(by).filter(pk=unit.pk).exists():
        raise NotYours
    if not units:
        raise ValidationError({"units": "请勾选收到通知的单位，可以整组勾选。"})
    below = Unit.objects.get(pk=unit.pk).get_descendants(include_self=True)  # the tree's columns in memory may be stale
    found = set(assignable_units(by).filter(pk__in=below.values("pk")).values_list("pk", flat=True))
    if lost := [one.name for one in units if one.pk not in found]:
        words = f"{'、'.join(lost)}不归“{unit.name}”，或已撤销、合并；请去掉，或者换一个发出单位。"
        raise ValidationError({"units": words})
