"""What the appeals are read for: rates and their rules, the topics of months, reports of days."""

from django.utils import timezone

from partybuilding.appeals.models import AppealDesk, AppealReport, MonthlyTopic
from tests.access import expected as e
from tests.access.expected import OTHER
from tests.access.marks import Rows, mark
from tests.access.rules import alone, assessor, each, importer, in_sight, issuer, known, may, over
from tests.cast import STREET

WRITTEN_BY = {"day": "intake", "month": "assess"}


def reads_report(login, report, world):
    """What is final is for whoever sees the whole street, a draft for whoever writes it."""
    if report.state == "final":
        return e.reaches(login, "view", report.street.name)
    return writes(login, report, world)


def writes(login, report, world):
    return e.reaches(login, WRITTEN_BY[report.kind], report.street.name)


def writes_any(login, record, world):
    return assessor(login, record, world) or importer(login, record, world)


def has_duty(login, duty, report, world):
    """The two duties by which reports are written give those of their own kind."""
    if duty in WRITTEN_BY.values() and duty != WRITTEN_BY[report.kind]:
        return False
    return duty != "confirm" and e.reaches(login, duty, report.street.name)


MARKS = {
    "topics": Rows(MonthlyTopic, "T", may("view", "unit", assigned=True), ("unit",)),
    "reports": Rows(AppealReport, "R", reads_report, ("street",)),
}
GATE = {MonthlyTopic: over("unit", assigned=True), AppealReport: has_duty}
URLS = {
    "appeal_rates": (alone, {"GET": known}),
    "appeal_hot": (alone, {"GET": known}),
    "appeal_rates_export": (alone, {"GET": known}),
    "appeal_rules": (alone, {"GET": assessor, "POST": assessor}),
    "appeal_topics": (alone, {"GET": known, "POST": issuer}),
    "appeal_reports": (alone, {"GET": known, "POST": writes_any}),
    "appeal_report": (each("reports"), {"GET": reads_report}),
    "appeal_report_finish": (each("reports"), {"GET": in_sight(has_duty), "POST": writes}),
    "appeal_report_file": (each("reports", "xlsx"), {"GET": reads_report}),
}


def seed(world):
    """One street handles by hand; a topic in several places, and a draft and a final report of each street."""
    street, by = world.street, world.street.people["office"]
    AppealDesk.objects.create(street=street.units[STREET], is_by_hand=True)
    for name in ("东一社区", "西中心", STREET, "外社区"):
        topic = MonthlyTopic.objects.create(unit=street.units[name], month="2026-10-01", item="停车", created_by=by)
        MonthlyTopic.objects.filter(pk=topic.pk).update(title=f"题{mark(topic)}")
    for name in (STREET, OTHER):
        for n, (kind, state) in enumerate((("day", "draft"), ("day", "final"), ("month", "draft")), 1):
            _write(street.units[name], f"2026-10-0{n}", kind, state)


def _write(street, day, kind, state):
    span = {"kind": kind, "starts_on": day, "ends_on": day}
    report = AppealReport.objects.create(street=street, state=state, made_at=timezone.now(), **span)
    said = {"sentences": [["", [mark(report)]]], "table": [[mark(report)] * 8]}
    AppealReport.objects.filter(pk=report.pk).update(**said, rule=mark(report), remark=mark(report))
