"""Write a log, correct it, hang photos and files on it."""

from django.core.exceptions import ValidationError
from django.db import transaction

from districts.posts.duties import Duty
from districts.records.attachments import drop_files, keep_file, prepare_all
from districts.records.models import Basis
from districts.records.origin import origin_of
from districts.records.versions import save_edit
from districts.workflow import NotYours, acting_as, not_about
from partybuilding.worklogs.models import WorkLog

MOST_PHOTOS, MOST_FILES = 6, 6


@transaction.atomic
def write_log(
    by,
    *,
    unit,
    happened_on,
    text,
    place="",
    category="other",
    order=None,
    appeal=None,
    under=None,
    basis="",
    uploads=(),
):
    """Write a log with its `uploads` (pairs of kind and content); NotYours when the user may not log in that unit today.

    Entered for the holder of a lent post, it names them and the basis; ValidationError when that is missing.
    """
    principal = _principal(by, unit, under, (order, appeal))
    if principal and basis not in Basis.values:
        raise ValidationError({"basis": f"代{principal.name}记录，请选择依据（口头交代、会议议定或书面批示）。"})
    log = WorkLog.objects.create(
        created_by=by,
        unit=unit,
        happened_on=happened_on,
        text=text,
        place=place,
        category=category,
        order=order,
        came_from=origin_of(appeal),
        for_whom=principal,
        basis=basis if principal else "",
    )
    if not WorkLog.objects.where_user_may(by, Duty.VIEW).filter(pk=log.pk).exists():
        raise NotYours  # in a place of whom it is about
    _keep(log, uploads, by)
    return log


@transaction.atomic
def edit_log(log, seen_version, by, *, uploads=(), dropped=(), **fields):
    """Correct one's own log; raises Conflict when it was saved meanwhile. Locked first: a report may be citing it now."""
    WorkLog.objects.select_for_update().get(pk=log.pk)
    if not WorkLog.objects.editable_by(by).filter(pk=log.pk).exists():
        raise NotYours
    if not acting_as(by, Duty.LOG, fields["unit"]) and not _is_granted(by, fields["unit"]):
        raise NotYours
    saved = save_edit(log, seen_version, **fields)
    drop_files(saved.attachments, dropped)
    _keep(saved, uploads, by)
    return saved


def prepare_uploads(photos, files, kept_photos=0, kept_files=0):
    """[(kind, content, name)] of what was sent; raises ValidationError with every fault."""
    faults = []
    if len(photos) + kept_photos > MOST_PHOTOS:
        faults.append(f"照片最多 {MOST_PHOTOS} 张，现在是 {len(photos) + kept_photos} 张，请删去几张。")
    if len(files) + kept_files > MOST_FILES:
        faults.append(f"文件最多 {MOST_FILES} 个，现在是 {len(files) + kept_files} 个，请删去几个。")
    if faults:
        raise ValidationError(faults)
    return prepare_all([*((p, True) for p in photos), *((f, False) for f in files)])


def _keep(log, uploads, by):
    for kind, content, name in uploads:
        keep_file(log.attachments, kind, content, name=name, by=by)


def _principal(by, unit, under, sources):
    """For whom a log made from some records is entered; None for oneself. NotYours without any way."""
    ways = acting_as(by, Duty.LOG, unit)
    for source in sources:
        ways = not_about(source, ways)
    acting = next((way for way in ways if under in (None, way.appointment.pk)), None)
    if acting is None and (under is not None or not _is_granted(by, unit)):
        raise NotYours
    return acting.principal if acting else None


def _is_granted(user, unit):
    """May the user log there by a grant, without a post?"""
    return type(unit).objects.where_user_may(user, Duty.LOG).filter(pk=unit.pk).exists()
