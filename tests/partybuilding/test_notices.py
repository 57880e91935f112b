"""What the assessment has for a person's first page: who is told what, and nobody else."""

from datetime import date

import pytest
import time_machine

from districts.posts.models import UnitUserPermission
from partybuilding.assessment.models import Adjustment, SchemeVersion
from partybuilding.assessment.objections.actions import decide_objection, raise_objection
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.schemes import actions as drafting
from partybuilding.assessment.settling import actions as settling
from partybuilding.assessment.surveys.actions import enter_survey
from partybuilding.matters.orders.models import OrderAssignment
from tests.cast import log_in, make_second
from tests.partybuilding.months import AFTER, NOVEMBER, publish, settle, settlement_of, sheet_of

TOLD = {
    "check": "2026年10月得分待核对",
    "decided": "异议已复核",
    "corrected": "2026年10月得分已更正",
    "objections": "1 件异议待复核",
    "settle": "2026年10月可以定了",
    "publish": "2026年10月还没有发给各单位核对",
    "surveys": "1 次测评待您确认",
    "adjustments": "1 件加减分待批准",
    "versions": "1 版考核方案待批准",
}


def told(client, street):
    """{login: the notices on the first page}, of whoever has any."""
    found = {}
    for login in ("leader", "office", "commissioner", "secretary", "worker", "neighbour", "far_secretary", "stranger"):
        log_in(client, street.people[login])
        page = client.get("/").content.decode()
        if said := {name for name, words in TOLD.items() if words in page}:
            found[login] = said
    return found


def test_each_is_told_of_their_own_sheet_and_the_office_of_the_month(month, client):
    with time_machine.travel(NOVEMBER):
        roll_up("2026-10")
        assert told(client, month) == {"office": {"publish"}}
        settling.publish(settlement_of(month), month.people["office"])
        units = {"commissioner", "secretary", "neighbour", "far_secretary"}
        assert told(client, month) == {login: {"check"} for login in units}
        objection = raise_objection(
            sheet_of("东一社区"), month.people["secretary"], indicator="orders_on_time", text="两件已延期"
        )
        assert told(client, month) == {login: {"check"} for login in units} | {"office": {"objections"}}
        decide_objection(objection, month.people["office"], is_upheld=False, note="没有批准过")
        assert told(client, month)["secretary"] == {"check", "decided"}
    with time_machine.travel(AFTER):
        assert told(client, month) == {"office": {"settle"}, "secretary": {"decided"}}


def test_a_correction_is_told_to_those_it_concerns(month, client):
    settle(month)
    with time_machine.travel("2026-11-12 09:00+08:00"):
        assert told(client, month) == {}
        OrderAssignment.objects.filter(unit__name="东二社区").update(due_on=date(2026, 12, 1))
        settling.correct_final(settlement_of(month), month.people["office"], note="延期漏登")
        concerned = ("commissioner", "secretary", "neighbour")  # 东一社区 has moved up one place
        assert told(client, month) == {login: {"corrected"} for login in concerned}
    with time_machine.travel("2026-12-12 09:00+08:00"):
        assert told(client, month) == {}


@pytest.mark.parametrize("second", [False, True])
def test_second_persons_are_told_of_what_waits_for_them(month, client, second):
    street = month.units["槐花街道党建工作协调委员会"]
    with time_machine.travel(NOVEMBER):
        publish(month)
    with time_machine.travel("2026-11-20 09:00+08:00"):
        writer = make_second(month) if second else month.people["office"]
        figures = [(month.units["东一社区"].pk, 4, 5)]
        survey = {"name": "测", "measured_on": date(2026, 11, 9), "paper": "1号"}
        enter_survey(street, writer, **survey, figures=figures)
        far = month.units["外街道党建工作协调委员会"]
        enter_survey(far, make_second(month, "far", far.name), **survey, figures=[(month.units["外社区"].pk, 1, 2)])
        sheet = sheet_of("东一社区")
        Adjustment.objects.create(period=sheet.period, unit=sheet.unit, kind="bonus", points=300, reason="表扬")
        version = drafting.draw_up(
            street, SchemeVersion.objects.get(scheme__street=None, number=2), month.people["office"]
        )
        drafting.try_out(version, month.people["office"])
        assert told(client, month) == {
            "leader": {"adjustments", "versions"},
            "office": {"settle", "surveys"} if second else {"settle"},
        }


def test_without_a_guardian_row_nobody_is_told_of_their_sheet_or_objection(month, client):
    with time_machine.travel(NOVEMBER):
        publish(month)
        secretary = month.people["secretary"]
        objection = raise_objection(sheet_of("东一社区"), secretary, indicator="orders_on_time", text="两件已延期")
        decide_objection(objection, month.people["office"], is_upheld=False, note="没有批准过")
        assert told(client, month)["secretary"] == {"check", "decided"}
        UnitUserPermission.objects.filter(user=secretary, permission__codename="view").delete()
        assert "secretary" not in told(client, month)
