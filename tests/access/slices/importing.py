"""Batches of the two files, tried or refused, in each street."""

from partybuilding.appeals.models import AppealImport
from tests.access.expected import OTHER
from tests.access.marks import Rows, mark
from tests.access.rules import alone, always, each, importer, may, over
from tests.cast import STREET

imports = may("intake", "street")


def reads_faults(login, batch, world):
    return batch.state == "refused" and imports(login, batch, world)


MARKS = {"batches": Rows(AppealImport, "B", imports, ("street",))}
GATE = {AppealImport: over("street")}
URLS = {
    "appeal_import": (alone, {"GET": importer, "POST": importer}),
    "appeal_template": (always("ledger"), {"GET": importer}),
    "appeal_import_batch": (each("batches"), {"GET": imports}),
    "appeal_import_confirm": (each("batches"), {"GET": may("view", "street"), "POST": imports}),
    "appeal_import_faults": (each("batches"), {"GET": reads_faults}),
}
AFTER = ("appeals",)


def seed(world):
    for name, by in [(STREET, "office"), (OTHER, "dispatcher")]:
        for state in ("tried", "refused"):
            given = {"street": world.street.units[name], "by": world.street.people[by]}
            _fill(AppealImport.objects.create(**given, state=state))


def _fill(batch):
    said = f"x{mark(batch)}.xlsx"
    AppealImport.objects.filter(pk=batch.pk).update(
        files=[{"name": said, "shape": "ledger", "wrong": 0, "blank": 0, "heads": [["content", "主要内容"]]}],
        found={"counts": {"rows": 0}, "faults": [[said, 1, said]], "unmatched": [[said, said]]},
    )
    batch.parts.create(file=0, rows=[[1, {"content": said}, said]] if batch.state == "refused" else [])
