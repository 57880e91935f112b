from django.db import transaction

from districts.access import appointment_for
from districts.posts.duties import Duty
from districts.records.versions import save_edit
from districts.workflow import NotYours
from partybuilding.worklogs.models import WorkLog


def write_log(by, *, unit, happened_on, text, place="", order=None):
    """Write a log; NotYours when the user may not log in that unit today."""
    if appointment_for(by, Duty.LOG, unit) is None:
        raise NotYours
    return WorkLog.objects.create(
        created_by=by, unit=unit, happened_on=happened_on, text=text, place=place, order=order
    )


@transaction.atomic
def edit_log(log, seen_version, by, **fields):
    """Correct one's own log; raises Conflict when it was saved meanwhile. Locked first: a report may be citing it now."""
    WorkLog.objects.select_for_update().get(pk=log.pk)
    if not WorkLog.objects.editable_by(by).filter(pk=log.pk).exists():
        raise NotYours
    if appointment_for(by, Duty.LOG, fields["unit"]) is None:
        raise NotYours
    return save_edit(log, seen_version, **fields)
