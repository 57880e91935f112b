"""Seals: a keyed digest over all that a final sheet says, over its grounds, and over the street's sheet before it."""

import hashlib
import hmac
import json
import re
from datetime import UTC

from django.conf import settings

from districts.trail.models import Event
from districts.units.models import Unit
from partybuilding.assessment.models import FrozenRecord, SchemeItem, ScoreSheet, Settlement, SettlementStep, TreeRow

SEALED = (
    "unit_id",
    "group",
    "peer",
    "score",
    "weight",
    "sample",
    "rank",
    "number",
    "items",
    "serial",
    "grounds",
    "bonus",
    "is_eligible",
)

OF_THE_VERSION = (
    "min_sample",
    "bonus_cap",
    "complete_days",
    "close_days",
    "check_days",
    "objection_days",
    "ranking",
    "starts_on",
    "state",
)


def seal_of(sheet, before):
    """64 hexadecimal digits over a sheet and the seal before it."""
    return _keyed(
        [
            before,
            sheet.street_id,
            sheet.settlement_id,
            _moment(sheet.frozen_at),
            *(getattr(sheet, name) for name in SEALED),
        ]
    )


def seal_of_settlement(settlement):
    """64 hexadecimal digits over what a final settlement says besides its sheets, and over which sheets it has."""
    found = Settlement.objects.select_related("period", "version").get(pk=settlement.pk)
    sheets = ScoreSheet.objects.filter(settlement=found, is_final=True).order_by("serial")
    steps = SettlementStep.objects.filter(settlement=found).order_by("pk")
    days = (found.period.starts_on, found.period.ends_on, found.check_until, found.objections_until)
    return _keyed(
        [
            found.period_id,
            found.street_id,
            found.version_id,
            found.state,
            found.runs,
            [str(day) for day in days],
            _moment(found.rolled_up_at),
            [str(getattr(found.version, name)) for name in OF_THE_VERSION],
            list(found.version.items.order_by("pk").values_list("indicator", "position")),
            [[step.verb, step.by_id, step.note, _moment(step.taken_at)] for step in steps],
            list(sheets.values_list("serial", "period", "seal")),
        ]
    )


def _moment(at):
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _keyed(words):
    text = json.dumps(words, ensure_ascii=False, sort_keys=True)
    return hmac.new(settings.TRAIL_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def grounds_of(settlement, number):
    """One digest over what a run of a settlement rested on: the scheme's items, the tree, every record counted."""
    digest = hashlib.sha256()
    items = SchemeItem.objects.filter(version=settlement.version_id).order_by("pk")
    tree = TreeRow.objects.filter(period=settlement.period_id, descendant__tree_id=settlement.street.tree_id)
    records = FrozenRecord.objects.filter(settlement=settlement, number=number)
    for rows in (
        items.values_list("indicator", "group", "rule", "weight", "floor", "target", "tie_order"),
        tree.order_by("descendant", "ancestor").values_list("descendant", "ancestor", "depth"),
        records.order_by("indicator", "record").values_list("indicator", "record", "unit", "worth", "size"),
    ):
        for row in rows.iterator():
            digest.update(json.dumps(row, ensure_ascii=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()


RECORDED = "得分单封存到第 {serial} 号"


def is_recorded(settlement):
    """Whether the audit trail says that this settlement was sealed, as it does of every one since there are such seals."""
    said = Event.objects.filter(subject__startswith=f"{settlement}：")
    return said.filter(subject__contains=RECORDED.partition("{")[0]).exists()


def last_recorded(street):
    """The newest serial that the audit trail says was sealed for a street; 0 where it says nothing."""
    name = Unit.objects.get(pk=street).name
    said = Event.objects.filter(subject__startswith=f"{name} ", subject__contains=RECORDED.partition("{")[0])
    newest = said.order_by("-serial").values_list("subject", flat=True).first()
    return int(re.search(RECORDED.format(serial=r"(\d+)"), newest)[1]) if newest else 0


def last_sealed(street):
    """(serial, seal) of a street's newest final sheet; (0, "") before the first."""
    last = ScoreSheet.objects.filter(street=street, is_final=True).order_by("-serial").first()
    return (last.serial, last.seal) if last else (0, "")
