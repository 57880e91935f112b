"""Appeals about cadres: one marked, one confirmed."""

from partybuilding.appeals.cadres import actions as cadres
from partybuilding.appeals.models import Appeal, CadreReport
from tests.access import expected as e
from tests.access.marks import Rows, mark
from tests.access.rules import alone, each, known
from tests.access.slices.appeals import REPORTED, recuses, sees_appeal
from tests.access.table import DUTIES
from tests.cast import make_appeal


def confirmer(login, record, world):
    return any("confirm" in DUTIES[post] for post, _ in e.HELD.get(login, []))


def confirms(login, report, world):
    """By the duty over the street; what is marked and what is confirmed, never what was sent back."""
    return e.reaches(login, "confirm", report.appeal.street.name) and report.state in {"marked", "confirmed"}


def meets_number(login, report, world):
    """On the page of those who confirm, or as the appeal itself."""
    return confirms(login, report, world) or sees_appeal(login, report.appeal, world)


def has_duty(login, duty, report, world):
    """Whoever marks knows of it until it is confirmed; from the mark on whoever confirms; by no other duty."""
    shown = {"view": {"marked"}, "issue": {"marked"}, "confirm": {"marked", "confirmed"}}
    return report.state in shown.get(duty, ()) and e.reaches(login, duty, report.appeal.street.name)


MARKS = {"cadre_reports": Rows(CadreReport, "K", meets_number, ("appeal__street", "appeal__unit"))}
GATE = {CadreReport: has_duty}
URLS = {
    "appeal_cadre": (each("appeals"), {"GET": sees_appeal, "POST": recuses}),
    "cadre_reports": (alone, {"GET": confirmer}),
    "cadre_report_confirm": (each("cadre_reports"), {"GET": known, "POST": confirms}),
    "cadre_report_return": (each("cadre_reports"), {"GET": known, "POST": confirms}),
}
AFTER = ("appeals",)


def seed(world):
    """Each with the number that stands for it on its only page."""
    people = world.street.people
    for number in REPORTED:
        appeal = make_appeal(world.street, "东一社区", number=number)
        cadres.mark(appeal, people["office"])
        report = CadreReport.objects.get(appeal=appeal)
        if REPORTED[number] == "confirmed":
            cadres.confirm(report, people["discipline"])
        said = {"title": f"诉求{mark(appeal)}", "number": f"{number}{mark(report)}"}
        Appeal.objects.filter(pk=appeal.pk).update(**said)
