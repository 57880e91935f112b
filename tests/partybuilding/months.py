"""Months of shares, brought as far as a settlement."""

from datetime import date, timedelta
from io import StringIO

import time_machine
from django.core.management import call_command

from partybuilding.assessment.models import ScoreSheet, Settlement
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.settling import actions as settling
from partybuilding.matters.orders import actions
from tests.cast import STREET, make_order, share_of

NOVEMBER = "2026-11-03 09:00+08:00"  # a Tuesday
AFTER = "2026-11-06 09:00+08:00"
HANDLERS = {"东一社区": "secretary", "东二社区": "neighbour", "西一社区": "far_secretary", "城管科": "head"}


def make_case(street, unit, due, reported, returned_on=None):
    """Issued on 1 October, due and reported on days of that month (35 is 4 November); accepted a week after the report."""
    with time_machine.travel("2026-10-01 09:00+08:00", tick=False):
        order = make_order(street, to=(unit,), days=due - 1)
        share, by = share_of(order, unit), street.people[HANDLERS[unit]]
        actions.receive(share, by)
    if returned_on:
        with at(returned_on):
            actions.report(share, by, note="第一次")
            actions.send_back(share, street.people["office"], note="不行")
    if reported:
        with at(reported):
            actions.report(share, by, note="好了")
        with at(reported + 7):
            actions.accept(share, street.people["office"])
    return share


def at(day):
    moment = date(2026, 10, 1) + timedelta(days=day - 1)
    return time_machine.travel(f"{moment} 15:00+08:00", tick=False)


def settlement_of(street):
    return Settlement.objects.select_related("period", "street", "version").get(street=street.units[STREET])


def publish(street):
    roll_up("2026-10")
    settling.publish(settlement_of(street), street.people["office"])


def settle(street):
    with time_machine.travel(NOVEMBER):
        publish(street)
    with time_machine.travel(AFTER):
        settling.settle(settlement_of(street), street.people["office"])


def sheet_of(unit, **where):
    return ScoreSheet.objects.select_related("unit", "settlement__period", "settlement__version").get(
        unit__name=unit, **{"is_current": True, **where}
    )


def verify():
    """(what verify_sheets prints, exit code)."""
    out, code = StringIO(), 0
    try:
        call_command("verify_sheets", stdout=out)
    except SystemExit as stop:
        code = stop.code
    return out.getvalue(), code
