"""Seals: a keyed digest over all that a final sheet says, over its grounds, and over the street's sheet before it."""

import hashlib
import hmac
import json
from datetime import UTC

from django.conf import settings

from partybuilding.assessment.models import FrozenRecord, SchemeItem, ScoreSheet, TreeRow

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


def seal_of(sheet, before):
    """64 hexadecimal digits over a sheet and the seal before it."""
    at = sheet.frozen_at.astimezone(UTC).isoformat(timespec="microseconds")
    words = [before, sheet.street_id, sheet.settlement_id, at, *(getattr(sheet, name) for name in SEALED)]
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


def last_sealed(street):
    """(serial, seal) of a street's newest final sheet; (0, "") before the first."""
    last = ScoreSheet.objects.filter(street=street, is_final=True).order_by("-serial").first()
    return (last.serial, last.seal) if last else (0, "")
