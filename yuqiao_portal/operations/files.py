"""The files that rows name: every FileField of every model, whichever models there are at a backup's migrations."""

import hashlib
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.db.models import FileField, QuerySet

from yuqiao_portal.operations.archive import CHUNK, FILES


@dataclass(frozen=True)
class NamedFile:
    """A file as a row names it: where it lies on this machine, and its SHA-256 where the row keeps one."""

    label: str  # for the operator: which row of which table
    name: str
    path: Path
    digest: str | None


def named_by_rows(models, alias="default"):
    """The NamedFile of every row of `models` ({label: model}) that names one."""
    for model in models.values():
        for field in (f for f in model._meta.concrete_fields if isinstance(f, FileField)):
            kept = "digest" if any(f.name == "digest" for f in model._meta.concrete_fields) else None
            rows = QuerySet(model, using=alias).exclude(**{field.attname: ""}).order_by("pk")
            for pk, name, *digest in rows.values_list(*filter(None, ["pk", field.attname, kept])).iterator():
                label = f"{model._meta.verbose_name} {pk}（{name}）"
                yield NamedFile(label, name, Path(field.storage.path(name)), digest[0] if digest else None)


def pack(archive, file):
    """Put a file into an archive; False when it is gone, or is no longer what its row says."""
    if not is_whole(file):
        return False
    archive.write(file.path, FILES + file.name, compress_type=zipfile.ZIP_STORED)
    return True


def unpack(archive, named):
    """Bring the files that rows name out of an archive, without overwriting any; returns (how many, labels of the missing).

    When that fails none of the new ones stays.
    """
    held, written, missing = set(archive.namelist()), [], []
    try:
        for file in named:
            if FILES + file.name in held and not file.path.exists():
                written.append(file.path)
                file.path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(FILES + file.name) as source, file.path.open("xb") as target:
                    shutil.copyfileobj(source, target, CHUNK)
            if not is_whole(file):
                missing.append(file.label)
    except Exception:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return len(named) - len(missing), missing


def is_whole(file):
    if not file.path.is_file():
        return False
    with file.path.open("rb") as content:
        return file.digest in (None, hashlib.file_digest(content, "sha256").hexdigest())
