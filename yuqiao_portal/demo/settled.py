"""Months past are settled, the last one is being checked with an objection, and a scheme of the street's own is on trial."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from districts.calendar.workdays import add_working_days
from districts.files.attachments import prepare_evidence
from districts.posts.models import Appointment, User
from districts.units.models import Unit
from partybuilding.assessment.adjustments.actions import propose
from partybuilding.assessment.models import SchemeVersion, ScoreSheet, Settlement, SettlementStep
from partybuilding.assessment.objections.actions import raise_objection
from partybuilding.assessment.schemes.actions import draw_up, try_out
from partybuilding.assessment.settling.freezing import freeze, seal_settlement
from partybuilding.assessment.surveys.actions import confirm_survey, enter_survey
from yuqiao_portal.demo.files import page, paper


def settle_months(root, months, office, secretary, today):
    """`months` are first days, oldest first; the last is the running one."""
    appointment = Appointment.objects.get(user=office, unit=root)
    settlements = Settlement.objects.filter(street=root).select_related("period", "street", "version")
    by_start = {s.period.starts_on: s for s in settlements}
    for first in months[:-2]:
        settlement = by_start[first]
        published = settlement.period.ends_on + timedelta(days=3)
        until = add_working_days(published, settlement.version.check_days)
        settled = add_working_days(until, 1)
        _step(settlement, "publish", appointment, published)
        _step(settlement, "settle", appointment, settled)
        objections = add_working_days(settled, settlement.version.objection_days)
        dates = {"check_until": until, "objections_until": objections, "rolled_up_at": _at(published)}
        _move(settlement, state="final", runs=1, **dates)
        freeze(settlement, at=_at(settled))
        seal_settlement(settlement)
    checking = by_start[months[-2]]
    _step(checking, "publish", appointment, today)
    _move(checking, state="checking", check_until=add_working_days(today, checking.version.check_days))
    sheet = ScoreSheet.objects.select_related("unit").get(settlement=checking, unit__name="海棠里社区")
    text = "“停车管理”一件已在回访后补办完毕，请按实际结果复核。"
    proof = prepare_evidence([page("补办情况说明（演示）.pdf", "补办情况说明", text)])
    raise_objection(sheet, secretary, indicator="appeals_resolution", text=text, evidence=proof)
    _beside_the_records(root, sheet, office, today)
    version = draw_up(root, SchemeVersion.objects.get(scheme__street=None, number=2), office)
    SchemeVersion.objects.filter(pk=version.pk).update(reason="提高解决率的权重")
    version.items.filter(indicator="appeals_resolution").update(weight=2250)
    version.items.filter(indicator="orders_on_time").update(weight=2000)
    try_out(version, office)


def _beside_the_records(root, sheet, office, today):
    """A survey that counts, one that waits for the second person, and a bonus that waits for a leader."""
    colleague = User.objects.get(username="kaohe")
    units = Unit.objects.filter(tree_id=root.tree_id, kind__in=("community", "village")).order_by("lft")
    figures = [(unit.pk, 34 + 7 * unit.pk % 16, 50) for unit in units]
    for paper_no, name, day, is_confirmed in (
        (1, "季度满意度测评", today.replace(day=1), True),
        (2, "补充测评", today, False),
    ):
        paper_name = f"第三方测评报告〔演示〕{paper_no}号"
        survey = enter_survey(root, colleague, name=name, measured_on=day, paper=paper_name, figures=figures)
        if is_confirmed:
            confirm_survey(survey, office)
    reason = "治理经验获区级通报表扬。"
    evidence = prepare_evidence([paper("区级通报（演示）.docx", f"区级通报：{sheet.unit.name}{reason}")])
    propose(sheet, office, kind="bonus", points=200, reason=reason, evidence=evidence)


def _move(settlement, **fields):
    Settlement.objects.filter(pk=settlement.pk).update(**fields)
    for name, value in fields.items():
        setattr(settlement, name, value)


def _step(settlement, verb, appointment, day):
    step = Settlement.STEPS[verb]
    SettlementStep.objects.create(
        settlement=settlement,
        verb=verb,
        label=step.label,
        from_state=step.start[0],
        to_state=step.end,
        by=appointment.user,
        appointment=appointment,
        taken_at=_at(day),
        taken_on=day,
    )


def _at(day):
    return timezone.make_aware(datetime.combine(day, time(10)))
