"""Bonuses in several places, each with a file."""

from partybuilding.assessment.models import Adjustment, AdjustmentEvidence
from tests.access.marks import Rows, attach, mark
from tests.access.rules import alone, each, known, may, over

MARKS = {
    "adjustments": Rows(Adjustment, "J", may("view", "unit"), ("unit",), why="adjustment"),
    "adjustment_evidence": Rows(AdjustmentEvidence, "D", may("view", "adjustment.unit"), ("adjustment__unit",)),
}
GATE = {Adjustment: over("unit"), AdjustmentEvidence: over("adjustment.unit")}
URLS = {
    "adjust": (each("sheets"), {"GET": may("assess", "unit"), "POST": may("assess", "unit")}),
    "adjustments": (alone, {"GET": known}),
    "adjustment": (each("adjustments"), {"GET": may("view", "unit"), "POST": may("sign", "unit")}),
    "adjustment_evidence": (each("adjustment_evidence"), {"GET": may("view", "adjustment.unit")}),
}
AFTER = ("standings",)


def seed(world):
    street = world.street
    for name in ("东一社区", "西中心", "外社区"):
        unit = street.units[name]
        given = {"unit": unit, "period": unit.sheets.get().period, "kind": "bonus", "points": 100}
        adjustment = Adjustment.objects.create(**given)
        Adjustment.objects.filter(pk=adjustment.pk).update(reason=f"加分{mark(adjustment)}")
        attach(adjustment.evidence, street.people["office"])
