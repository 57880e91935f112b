"""Weights and limits that begin on a day: today or later, so that a past period keeps its own."""

from django.db import transaction
from django.utils import timezone

from districts.trail.recording import record_event
from partybuilding.appeals.models import AppealLimit, AppealRule


@transaction.atomic
def begin_rule(row, street, by):
    """Let an AppealRule or AppealLimit of the street begin. Raises ValidationError."""
    row.street, row.entered_by = street, by
    if isinstance(row, AppealRule):
        row.is_example = False
    row.full_clean()
    row.save()
    record_event("setting", f"{street.name}：{row}，{row.starts_on} 起施行", by=by)
    return row


@transaction.atomic
def drop_rule(model, pk, street, by):
    """Take back what has not begun; returns whether there was such a row."""
    row = model.objects.filter(pk=pk, street=street, starts_on__gt=timezone.localdate()).first()
    if row is None:
        return False
    record_event("setting", f"{street.name}：撤回 {row.starts_on} 起的“{row}”", by=by)
    row.delete()
    return True


MODELS = {"rule": AppealRule, "limit": AppealLimit}
