"""Of what the units of shares are reminded, and of what those who owe them an answer."""

from datetime import timedelta

from districts.calendar.workdays import add_working_days, working_days_between
from districts.inbox.models import Quiet
from districts.inbox.reminding import Reminder
from partybuilding.matters.orders.models import OrderAssignment

UNSIGNED_DAYS, UNANSWERED_DAYS = 1, 2  # working days after which somebody is reminded
WEEK = 7
LONG_AGO = timedelta(days=30)  # what is late for longer is on the desk of whoever urges


def reminders(today):
    """A Reminder of each: due by the next working day, late (on its first day, then weekly), unsigned, unanswered."""
    yield from _due(today)
    yield from _late(today)
    yield from _unsigned(today)
    yield from _unanswered(today)


def _shares():
    return OrderAssignment.objects.select_related("order__unit", "unit__parent").order_by("pk")


def _due(today):
    for share in _shares().running().filter(due_on__gt=today, due_on__lte=add_working_days(today, 1)):
        yield Reminder(share.order, share.unit, "due", "即将到期", f"due:{share.pk}:{share.due_on}")


def _late(today):
    for share in _shares().running().filter(due_on__lt=today, due_on__gte=today - LONG_AGO):
        week = ((today - share.due_on).days - 1) // WEEK
        once, quiet = f"late:{share.pk}:{share.due_on}:{week}", Quiet.What.WEEKLY if week else ""
        yield Reminder(share.order, share.unit, "late", "已逾期", once, quiet)


def _unsigned(today):
    for share in _shares().filter(state=OrderAssignment.State.ISSUED, order__issued_on__lt=today):
        if working_days_between(share.order.issued_on, today) >= UNSIGNED_DAYS:
            yield Reminder(share.order, share.unit, "unsigned", "还没有签收", f"unsigned:{share.pk}")


def _unanswered(today):
    """Told where the answer is owed."""
    state = OrderAssignment.State
    for share in _shares().filter(state__in=(state.REPORTED, state.PAUSED)).with_report_day():
        is_report = share.state == state.REPORTED
        since = share.reported_on if is_report else share.paused_on
        if since and working_days_between(since, today) >= UNANSWERED_DAYS:
            what = "报结还没有审核" if is_report else "延期还没有答复"
            once = f"unanswered:{share.pk}:{share.state}:{since}"
            yield Reminder(share.order, share.answering_unit, "unanswered", what, once)
