"""One file that holds the street: rows, every file that a row names, the trail's anchors; sealed over every byte."""

import json
from pathlib import Path

from django.utils import timezone

from districts.trail.anchors import anchor_path
from districts.trail.archiving import archives
from districts.trail.recording import record_event
from yuqiao_portal.operations import files, snapshot
from yuqiao_portal.operations.archive import ANCHORS, ARCHIVES, FORMAT, MANIFEST, sealed_archive


def write_backup(folder):
    """Write a backup of the running portal into a folder; returns its path. Nothing is left behind when it fails."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"portal-{timezone.localtime():%Y%m%d-%H%M%S}.backup"
    part = folder / f".{name}.part"
    try:
        with sealed_archive(part) as archive:
            archive.writestr(MANIFEST, json.dumps(_write_contents(archive), ensure_ascii=False, indent=1))
        part.rename(folder / name)
    finally:
        part.unlink(missing_ok=True)
    record_event("operation", f"备份 {name}")
    return folder / name


def _write_contents(archive):
    """Write rows, files and anchors; returns the manifest."""
    with snapshot.frozen() as alias:
        moved = archives()
        migrations = snapshot.applied(alias)
        models, counts = snapshot.models_at(migrations), {}
        for label, model in models.items():
            counts[label] = 0
            with archive.open(f"rows/{label}.jsonl", "w", force_zip64=True) as member:
                for line in snapshot.rows_of(model, alias):
                    member.write(line.encode() + b"\n")
                    counts[label] += 1
        named = list(files.named_by_rows(models, alias))
    missing = [file.label for file in named if not files.pack(archive, file)]
    if anchor_path().exists():
        archive.write(anchor_path(), ANCHORS)
    for path in moved:
        archive.write(path, ARCHIVES + path.name)
    return {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "migrations": migrations,
        "rows": counts,
        "attachments": len(named) - len(missing),
        "missing_attachments": missing,
    }
