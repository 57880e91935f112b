"""A street at work, with a page of every kind to open."""

from datetime import date, timedelta

from django.utils import timezone

from districts.burden.counting import count_asked
from districts.calendar.workdays import add_working_days
from districts.inbox.reminding import remind
from districts.voice.actions import say
from partybuilding.appeals.by_hand import switch
from partybuilding.appeals.cadres import actions as cadres
from partybuilding.appeals.exclusions.actions import ask_exclusion
from partybuilding.appeals.models import AppealImport, CadreReport, MonthlyTopic
from partybuilding.appeals.reports.actions import draft_report
from partybuilding.assessment.models import Adjustment, ScoreSheet, Settlement
from partybuilding.assessment.objections.actions import raise_objection
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.schemes.actions import draw_up
from partybuilding.assessment.settling import actions as settling
from partybuilding.assessment.surveys.actions import enter_survey
from partybuilding.goals.actions import set_goal
from partybuilding.matters.circulars.actions import send
from partybuilding.matters.circulars.groups import keep_group
from partybuilding.matters.circulars.models import Circular
from partybuilding.matters.orders.models import Order
from tests.cast import (
    build_street,
    make_appeal,
    make_decree,
    make_log,
    make_order,
    make_second,
    month_before_last,
    share_of,
)
from tests.uploads import file


def addresses():
    """A street at work, and the address of every page that it shows."""
    from partybuilding.matters.orders import actions

    street = build_street()
    order, decree = make_order(street, to=("东一社区", "城管科")), make_decree(street)
    draft = make_order(street, issued=False)
    log = make_log(street, order=order, place="东门")
    appeal = make_appeal(street, is_valid=True, is_contacted=True, outcome="solved", satisfaction="basically")
    batch = make_batch(street)
    ask_exclusion(appeal, street.people["secretary"], reason="outside", note="不在辖区")
    goal = set_goal(
        street.people["leader"],
        unit=street.units["东中心"],
        year=timezone.localdate().year,
        title="议事厅",
        measure="每月一题",
    )
    Order.objects.filter(pk=decree.pk).update(goal=goal)
    asked = share_of(make_order(street, title="要延期的"), "东一社区")
    actions.receive(asked, street.people["secretary"])
    actions.ask_extension(asked, street.people["secretary"], note="等", until=asked.due_on + timedelta(days=9))
    share = share_of(order, "东一社区")
    actions.receive(share, street.people["secretary"])
    roll_up(f"{timezone.localdate():%Y-%m}")
    sheet = ScoreSheet.objects.get(unit__name="东一社区")
    checked, pages = a_month_in_checking(street)
    remind(add_working_days(timezone.localdate(), 2))
    said = say("表太多", to="office", street=order.unit, author=street.people["secretary"])
    count_asked(share.unit_id, forms=3, fields=12, photos=2)
    circular = a_circular(street)
    shared = [
        "/",
        "/orders/",
        f"/orders/{order.pk}/",
        "/worklogs/",
        "/worklogs/new/",
        f"/worklogs/{log.pk}/",
        "/worklogs/?open=1",
        "/organisation/",
    ]
    shared += [f"/units/{street.units[name].pk}/" for name in ("东中心", "东一社区", "西一社区")]
    shared += [
        "/standings/",
        f"/standings/sheets/{sheet.pk}/",
        f"/standings/sheets/{checked.pk}/",
        f"/standings/{checked.period.code}/",
        f"/standings/means/{checked.period.code[:4]}/",
        "/standings/objections/",
        "/standings/adjustments/",
        "/standings/schemes/",
        *pages["shared"],
        f"/standings/sheets/{sheet.pk}/orders_on_time/",
        "/password/",
        "/owed/",
        "/inbox/",
        "/search/",
        "/search/?q=东",
        "/help/",
        "/help/administrators/",
        "/me/",
        f"/people/{street.people['secretary'].pk}/",
        f"/why/order/{order.pk}/",
        "/circulars/",
        f"/circulars/{circular.pk}/",
        "/goals/",
        "/appeals/",
        "/appeals/topics/?item=x",
        "/appeals/reports/",
        f"/appeals/{appeal.pk}/",
        "/appeals/hot/?since=2020-01-01&until=2030-01-01",
        "/appeals/rates/?since=2020-01-01&until=2030-01-01",
        "/orders/?view=board",
        "/second-factor/",
        f"/units/{street.units['东一社区'].pk}/?on=2025-06-01",
        "/organisation/?on=2025-06-01",
        f"/units/{street.units['东一社区'].pk}/brief/",
        f"/orders/{order.pk}/paper/",
        "/voice/",
        f"/voice/{said.pk}/",
    ]
    return {
        "office": [
            *shared,
            *pages["office"],
            "/orders/new/",
            "/appointments/",
            "/appeals/import/",
            "/appeals/rules/",
            "/appeals/new/",
            f"/appeals/reports/{make_report(street).pk}/",
            f"/appeals/import/{batch.pk}/",
            f"/appeals/import/{make_batch(street, wrong=True).pk}/",
            "/goals/new/",
            "/circulars/new/",
            "/orders/?todo=accept",
            "/orders/?state=",
            f"/orders/{draft.pk}/edit/",
            f"/orders/{decree.pk}/",
            "/orders/?light=red",
            "/voice/read/",
            "/burden/",
        ],
        "secretary": [
            *shared,
            f"/standings/sheets/{checked.pk}/object/",
            f"/people/{street.people['secretary'].pk}/duties/",
            f"/worklogs/{log.pk}/edit/",
            "/orders/new/",
            "/nothing-here/",
        ],
        "discipline": ["/", *reported(street), "/organisation/", "/me/", "/help/", "/voice/"],
    }


def a_circular(street):
    """Sent long enough ago for its sender to see who has not opened it, with a file; and a group to choose."""
    office, units = street.people["office"], [street.units[name] for name in ("东一社区", "城管科")]
    words = {"title": "寒潮提醒", "content": "今夜降温。", "last_on": timezone.localdate() + timedelta(days=9)}
    files = [("pdf", file("防寒提示.pdf"), "防寒提示.pdf")]
    root = street.units["槐花街道党建工作协调委员会"]
    circular = send(office, unit=root, units=units, files=files, **words)
    Circular.objects.update(sent_on=timezone.localdate() - timedelta(days=20))
    keep_group(office, "常发", units)
    return circular


def reported(street):
    """One report against a cadre that waits, and one that was confirmed; the page of their numbers."""
    for number in ("BJ801", "BJ802"):
        cadres.mark(make_appeal(street, number=number), street.people["office"])
    cadres.confirm(CadreReport.objects.get(appeal__number="BJ801"), street.people["discipline"])
    return ["/appeals/cadres/"]


def a_month_in_checking(street):
    """A sheet of a month that is being checked, and the addresses of what belongs to it."""
    office, root = street.people["office"], street.units["槐花街道党建工作协调委员会"]
    month = month_before_last()
    roll_up(f"{month:%Y-%m}")
    settling.publish(
        Settlement.objects.select_related("period", "version").get(street=root, period__ends_on=month), office
    )
    sheet = ScoreSheet.objects.select_related("unit", "settlement", "period").get(
        unit__name="东一社区", period__ends_on=month
    )
    given = {"indicator": "orders_on_time", "text": "两件已延期"}
    objection = raise_objection(sheet, street.people["secretary"], **given)
    adjustment = Adjustment.objects.create(
        period=sheet.period, unit=sheet.unit, kind="bonus", points=100, reason="获表扬"
    )
    draft = draw_up(root, sheet.settlement.version, office)
    figures = [(sheet.unit_id, 9, 10)]
    survey = enter_survey(root, make_second(street), name="测评", measured_on=month, paper="函", figures=figures)
    scheme = f"/standings/schemes/{draft.pk}/"
    return sheet, {
        "shared": [f"/standings/objections/{objection.pk}/", f"/standings/adjustments/{adjustment.pk}/"],
        "office": [
            scheme,
            f"{scheme}edit/",
            f"{scheme}trial/",
            f"/standings/sheets/{sheet.pk}/adjust/",
            "/standings/surveys/",
            "/standings/peers/",
            f"/standings/{sheet.period.code}/report/",
            f"/standings/surveys/{survey.pk}/",
        ],
    }


def make_report(street):
    """A monthly report, and a topic for the list of topics."""
    by, month = street.people["office"], date(2026, 10, 1)
    MonthlyTopic.objects.create(
        unit=street.units["东一社区"], month=month, item="停车", title="挖潜车位", created_by=by
    )
    switch(street.units["槐花街道党建工作协调委员会"], by, is_by_hand=True)
    return draft_report(street.units["槐花街道党建工作协调委员会"], "month", month, date(2026, 10, 31))


def make_batch(street, wrong=False):
    """Two files tried, or one refused."""
    root = street.units["槐花街道党建工作协调委员会"]
    found = {"counts": {"rows": 3, "new": 2, "changed": 1, "unmatched": 1}, "changed": [["BJ001", ["是否解决"]]]}
    found |= {"repeated": [["台账.xlsx", 9, "BJ001"]], "unmatched": [["BJ002", ""]]}
    return AppealImport.objects.create(
        street=root,
        by=street.people["office"],
        state="refused" if wrong else "tried",
        files=[{"name": "台账.xlsx", "shape": "ledger", "wrong": int(wrong), "blank": 0}],
        found={"faults": [["台账.xlsx", 4, "缺少工单编号。"]]} if wrong else found,
    )
