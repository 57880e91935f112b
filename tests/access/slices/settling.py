"""The settlement of a month that is being checked, and objections in several places."""

from datetime import timedelta

from django.utils import timezone

from partybuilding.assessment.models import Objection, ObjectionEvidence, Settlement
from tests.access import expected as e
from tests.access.marks import Rows, attach, mark
from tests.access.rules import alone, each, known, may, of_row, over, with_verbs
from tests.access.table import DUTIES
from tests.cast import STREET

VERBS = ("publish", "recompute", "settle", "correct")
may_step = may("assess", "row.street")  # whoever comes back to the address of a step is led to the month


def objects_to(login, sheet, world):
    """Of the street that is being checked: who sees the sheet and handles or issues in that very unit, under an own post or a lent one."""
    unit = sheet.unit.name
    speaks = any({"handle", "issue"} & DUTIES[post].keys() and home == unit for post, home in e.posts_of(login))
    return e.line_of(unit)[-1] == STREET and e.reaches(login, "view", unit) and speaks


MARKS = {
    "settlements": Rows(Settlement, related=("street",)),
    "objections": Rows(Objection, "Y", may("view", "sheet.unit"), ("sheet__unit",), why="objection"),
    "objection_evidence": Rows(
        ObjectionEvidence, "E", may("view", "objection.sheet.unit"), ("objection__sheet__unit",)
    ),
}
GATE = {
    Settlement: over("street"),
    Objection: over("sheet.unit"),
    ObjectionEvidence: over("objection.sheet.unit"),
}
URLS = {
    "settlement_step": (with_verbs("settlements", VERBS), {"GET": of_row(may("view", "street")), "POST": may_step}),
    "object_to": (each("sheets"), {"GET": objects_to, "POST": objects_to}),
    "objections": (alone, {"GET": known}),
    "objection": (each("objections"), {"GET": may("view", "sheet.unit"), "POST": may("assess", "sheet.unit")}),
    "objection_evidence": (each("objection_evidence"), {"GET": may("view", "objection.sheet.unit")}),
}
AFTER = ("standings",)


def seed(world):
    street, until = world.street, timezone.localdate() + timedelta(days=30)
    Settlement.objects.filter(street=street.units[STREET]).update(state="checking", check_until=until)
    for name in ("东一社区", "西中心", "外社区"):
        objection = Objection.objects.create(sheet=street.units[name].sheets.get(), indicator="orders_on_time")
        Objection.objects.filter(pk=objection.pk).update(text=f"异议{mark(objection)}")
        attach(objection.evidence, street.people["office"])
