"""Write a log, correct it, withdraw it, hang photos and files on it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.duties import Duty
from districts.files.attachments import drop_files, keep_file, prepare_all
from districts.records.origin import origin_of
from districts.records.versions import save_edit
from districts.workflow import NotYours, StepRefused, act_as, acting_as, not_about_any
from partybuilding.matters.logs.models import WorkLog

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
    source=None,
    under=None,
    basis="",
    uploads=(),
):
    """Write a log with its `uploads` (pairs of kind and content); NotYours when the user may not log in that unit today.

    Entered for the holder of a lent post, it names them and the basis; ValidationError when that is missing.
    """
    entered = _for_whom(by, unit, under, basis, about=(order, source))
    log = WorkLog.objects.create(
        created_by=by,
        unit=unit,
        happened_on=happened_on,
        text=text,
        place=place,
        category=category,
        order=order,
        came_from=origin_of(source),
        **entered,
    )
    if not WorkLog.objects.where_user_may(by, Duty.VIEW).filter(pk=log.pk).exists():
        raise NotYours  # in a place of whom it is about
    _keep(log, uploads, by)
    return log


@transaction.atomic
def edit_log(log, seen_version, by, *, under=None, basis="", uploads=(), dropped=(), **fields):
    """Correct one's own log; raises Conflict when it was saved meanwhile. Locked first: a report may be citing it now.

    Moved to another unit it names for whom it is entered there, with the basis, as a new one would, and nobody where
    nobody fits; where it stays and nothing else is chosen, for whom it was entered stays too.
    """
    before = WorkLog.objects.select_for_update().get(pk=log.pk)
    if not WorkLog.objects.editable_by(by).filter(pk=log.pk).exists():
        raise NotYours
    entered = _for_whom(by, fields["unit"], under, basis, before, about=(fields.get("order"), before))
    saved = save_edit(log, seen_version, **fields, **entered)
    drop_files(saved.attachments, dropped)
    _keep(saved, uploads, by)
    return saved


@transaction.atomic
def withdraw_log(log, by, *, why):
    """作废: it stays to be seen, and counts nowhere. Locked first: a report may be citing it now."""
    row = WorkLog.objects.select_for_update().get(pk=log.pk)
    if not WorkLog.objects.written_by(by).filter(pk=row.pk).exists():
        raise NotYours
    if refused := why_not_withdrawn(row):
        raise StepRefused(refused)
    row.withdrawn_at, row.why_withdrawn, row.version = timezone.now(), why, row.version + 1
    row.save(update_fields=["withdrawn_at", "why_withdrawn", "version", "updated_at"])
    return row


def why_not_withdrawn(log):
    """The sentence why its author cannot withdraw a log; empty where they can."""
    if log.withdrawn_at:
        return "这条日志已经作废。"
    if log.evidence_for.filter(verb="report").exists():
        return "已有报结以这条日志为佐证，不能作废。"
    if timezone.localdate() > log.withdrawable_until:
        return f"录入两个工作日内（{log.withdrawable_until:%m月%d日}前，含当日）才能作废。"
    return ""


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


def _for_whom(by, unit, under, basis, before=None, about=()):
    """{for_whom, basis} of a log in that unit. NotYours where the user may not log, ValidationError without a basis.

    Nobody logs for whom one of the records `about` is about.
    """
    fitting = {way.principal for way in not_about_any(about, acting_as(by, Duty.LOG, unit))}
    if not fitting and under is None and _is_granted(by, unit):
        fitting = {None}
    stays = before is not None and before.unit_id == unit.pk and fitting & {None, before.for_whom}
    if under is None and stays:
        return {}
    if under is None and fitting == {None}:
        return {"for_whom": None, "basis": ""}
    acting = act_as(by, Duty.LOG, unit, "记录", under=under, basis=basis, about=about)
    return {"for_whom": acting.principal, "basis": acting.basis}


def _is_granted(user, unit):
    """May the user log there by a grant, without a post?"""
    return type(unit).objects.where_user_may(user, Duty.LOG).filter(pk=unit.pk).exists()
