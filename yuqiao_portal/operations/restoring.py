"""Bring a backup into an empty database, of either kind; all or nothing."""

import io
import json
import re
import zipfile
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from districts.trail.anchors import anchor_path
from districts.trail.archiving import events_of
from districts.trail.models import Event
from districts.trail.verifying import chain_faults
from yuqiao_portal.operations import files, snapshot
from yuqiao_portal.operations.archive import ANCHORS, ARCHIVES, OTHER_KEY, BackupRefused, read_manifest

EVENTS = "districts.event"
_ARCHIVE = re.compile(re.escape(ARCHIVES) + r"events-(\d+)-\d+\.jsonl")


@dataclass(frozen=True)
class Restored:
    """What was brought back: rows, files, labels of files that rows name and nobody has; where an unproved trail was put."""

    manifest: dict
    rows: int
    attachments: int
    missing: list
    old_trail: str | None


def restore_backup(path, *, without_seals=False):
    """Restore a file; returns Restored. Raises BackupRefused, having written nothing.

    `without_seals` also takes a file that no key of ours sealed. A trail that does not fit the key in use is then put
    beside the anchors as it was, and begins anew.
    """
    manifest = read_manifest(path, without_seals=without_seals)
    models = snapshot.models_at(manifest["migrations"])
    if _has_tables(manifest["migrations"]) and (held := snapshot.holds_work(models)):
        raise BackupRefused(f"目标数据库里已有数据（{held[0]} 等 {len(held)} 张表）。只能恢复到空库，什么都没有改动。")
    with zipfile.ZipFile(path) as archive:
        begins_anew = EVENTS in models and any(chain_faults(_events_of(archive, models[EVENTS])))
        if begins_anew and not without_seals:
            raise BackupRefused(OTHER_KEY)
        MigrationExecutor(connection).migrate(snapshot.last_of(manifest["migrations"]))
        with transaction.atomic():
            rows = _restore_rows(archive, models, manifest["rows"], left_out={EVENTS} if begins_anew else ())
            named = list(files.named_by_rows(models))
            attachments, missing = files.unpack(archive, named)
        old_trail = _put_aside(archive) if begins_anew else _restore_anchors(archive)
    return Restored(manifest, rows, attachments, missing, old_trail)


def _restore_rows(archive, models, expected, left_out):
    """Write every row as it was; returns how many."""
    snapshot.empty_seeded(models)
    total = 0
    for label, model in models.items():
        if label in left_out:
            continue
        with archive.open(f"rows/{label}.jsonl") as member:
            count = snapshot.put_rows(model, io.TextIOWrapper(member, encoding="utf-8"))
        if count != expected[label]:
            raise BackupRefused(f"{label} 应有 {expected[label]} 行，实有 {count} 行，没有恢复。")
        total += count
    snapshot.reset_sequences(models)
    return total


def _events_of(archive, model):
    """The events of a backup, as they were sealed: first those that had been archived."""
    for name in _archives_in(archive):
        with archive.open(name) as member:
            yield from events_of(member)
    fields = model._meta.concrete_fields
    with archive.open(f"rows/{EVENTS}.jsonl") as member:
        for line in member:
            values = zip(fields, json.loads(line), strict=True)
            yield Event(**{f.attname: v if f.is_relation or v is None else f.to_python(v) for f, v in values})


def _archives_in(archive):
    """Names of the archives of events in a backup, in the order of their serials; nothing that is named otherwise is written."""
    found = [match for name in archive.namelist() if (match := _ARCHIVE.fullmatch(name))]
    return [match[0] for match in sorted(found, key=lambda match: int(match[1]))]


def _has_tables(migrations):
    """Does the database have our tables already? Refused where they stand elsewhere than the backup's."""
    known = MigrationExecutor(connection).loader.disk_migrations
    unknown = [f"{app}.{name}" for app, name in migrations if (app, name) not in known]
    if unknown:
        raise BackupRefused(f"备份来自更新的版本（{unknown[0]}），请先升级程序再恢复。")
    present = snapshot.applied() if MigrationRecorder(connection).has_table() else []
    if present and present != [list(node) for node in migrations]:
        raise BackupRefused("目标数据库的表与备份不是同一版本，请换一个没有表的空库。")
    return bool(present)


def _restore_anchors(archive):
    settings.ANCHOR_DIR.mkdir(parents=True, exist_ok=True)
    for name in _archives_in(archive):
        path = settings.ANCHOR_DIR / name.removeprefix(ARCHIVES)
        if not path.exists():
            path.write_bytes(archive.read(name))
    if ANCHORS in archive.namelist() and not anchor_path().exists():  # newer anchors are evidence: never overwritten
        anchor_path().write_bytes(archive.read(ANCHORS))


def _put_aside(archive):
    """Keep a trail that nobody can prove beside the anchors, and the anchors that fit it; returns its path."""
    settings.ANCHOR_DIR.mkdir(parents=True, exist_ok=True)
    stamp = f"{timezone.localtime():%Y%m%d-%H%M%S}"
    old = settings.ANCHOR_DIR / f"trail-until-{stamp}.jsonl"
    with old.open("wb") as file:
        for name in [*_archives_in(archive), f"rows/{EVENTS}.jsonl"]:
            file.write(archive.read(name))
    if anchor_path().exists():
        anchor_path().rename(settings.ANCHOR_DIR / f"trail-anchors-until-{stamp}.txt")
    return str(old)
