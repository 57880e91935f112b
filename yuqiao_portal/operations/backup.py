"""One file that holds the street: rows, attachments, the trail's anchors; sealed over every byte."""

import hashlib
import io
import json
import os
import shutil
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from districts.records.attachments import attachment_store
from districts.trail.recording import record_event
from districts.trail.verifying import anchor_path, chain_faults
from partybuilding.models import LogAttachment
from yuqiao_portal.operations import snapshot

FORMAT = 1
SEAL = 64  # the archive's comment, the last bytes of the file: SHA-256 of all before it
MANIFEST, ANCHORS = "manifest.json", "trail-anchors.txt"


WRONG_KEY = (
    "审计记录的封印与现在的密钥对不上，没有恢复。请把原来的 DJANGO_SECRET_KEY、TRAIL_KEY 一并带来再恢复；"
    "原来的密钥确已丢失时，加 --without-seals 恢复，此后这些旧记录不能再核对。"
)


class BackupRefused(Exception):
    """The message is a Chinese sentence for the operator."""


def write_backup(folder):
    """Write a backup of the running portal into a folder; returns its path. Nothing is left behind when it fails."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"portal-{timezone.localtime():%Y%m%d-%H%M%S}.backup"
    part = folder / f".{name}.part"
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(MANIFEST, json.dumps(_write_rows(archive), ensure_ascii=False, indent=1))
            archive.comment = b"0" * SEAL
        os.chmod(part, 0o600)
        with part.open("r+b") as file:
            file.seek(-SEAL, io.SEEK_END)
            file.write(_digest(part).encode())
            file.flush()
            os.fsync(file.fileno())
        part.rename(folder / name)
    finally:
        part.unlink(missing_ok=True)
    record_event("operation", f"备份 {name}")
    return folder / name


def _write_rows(archive):
    with snapshot.frozen() as alias:
        migrations = snapshot.applied(alias)
        models, counts, files = snapshot.models_at(migrations), {}, []
        for label, model in models.items():
            counts[label] = 0
            with archive.open(f"rows/{label}.jsonl", "w", force_zip64=True) as member:
                for line in snapshot.rows_of(model, alias):
                    member.write(line.encode() + b"\n")
                    counts[label] += 1
        kept = models.get(LogAttachment._meta.label_lower)
        if kept is not None:
            files = list(snapshot.QuerySet(kept, using=alias).values_list("file", flat=True))
    missing = [name for name in files if not _write_attachment(archive, name)]
    if anchor_path().exists():
        archive.write(anchor_path(), ANCHORS)
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "migrations": migrations,
        "rows": counts,
        "attachments": len(files) - len(missing),
        "missing_attachments": missing,
    }


def _write_attachment(archive, name):
    path = Path(attachment_store().path(name))
    if path.exists():
        archive.write(path, f"attachments/{name}", compress_type=zipfile.ZIP_STORED)
    return path.exists()


def _digest(path):
    """SHA-256 of everything but the seal at the end."""
    digest, left = hashlib.sha256(), path.stat().st_size - SEAL
    with path.open("rb") as file:
        while left > 0:
            chunk = file.read(min(1 << 20, left))
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest()


def read_manifest(path):
    """What a backup holds; raises BackupRefused when a byte is missing or changed."""
    path = Path(path)
    if not path.is_file():
        raise BackupRefused(f"找不到备份文件 {path}。")
    if path.stat().st_size <= SEAL:
        raise BackupRefused("文件太短，不是完整的备份。")
    with path.open("rb") as file:
        file.seek(-SEAL, io.SEEK_END)
        seal = file.read()
    if _digest(path).encode() != seal:
        raise BackupRefused("备份文件不完整或被改动过（封印不符），不能恢复。请换一份备份。")
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise BackupRefused(f"备份的格式是第 {manifest['format']} 版，本程序只认第 {FORMAT} 版，请先升级程序。")
    return manifest


def restore_backup(path, *, without_seals=False):
    """Bring a backup into an empty database, of either kind; all or nothing. Returns the manifest.

    Refused where the trail's seals do not fit the key in use: whoever gave that key up says so by `without_seals`.
    """
    manifest = read_manifest(path)
    models = snapshot.models_at(manifest["migrations"])
    if _has_tables(manifest["migrations"]) and (held := snapshot.holds_work(models)):
        raise BackupRefused(f"目标数据库里已有数据（{held[0]} 等 {len(held)} 张表）。只能恢复到空库，什么都没有改动。")
    MigrationExecutor(connection).migrate(snapshot.last_of(manifest["migrations"]))
    with zipfile.ZipFile(path) as archive:
        with transaction.atomic():
            snapshot.empty_seeded(models)
            for label, model in models.items():
                with archive.open(f"rows/{label}.jsonl") as member:
                    count = snapshot.put_rows(model, io.TextIOWrapper(member, encoding="utf-8"))
                if count != manifest["rows"][label]:
                    raise BackupRefused(f"{label} 应有 {manifest['rows'][label]} 行，实有 {count} 行，没有恢复。")
            snapshot.reset_sequences(models)
            if not without_seals and "districts.event" in models and any(chain_faults()):
                raise BackupRefused(WRONG_KEY)
        _restore_files(archive)
    return manifest


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


def _restore_files(archive):
    for name in archive.namelist():
        if name.startswith("attachments/"):
            target = Path(attachment_store().path(name.removeprefix("attachments/")))
            if target.exists():
                continue  # names are random: it is the same file
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
    if ANCHORS in archive.namelist() and not anchor_path().exists():  # newer anchors are evidence: never overwritten
        settings.ANCHOR_DIR.mkdir(parents=True, exist_ok=True)
        anchor_path().write_bytes(archive.read(ANCHORS))
