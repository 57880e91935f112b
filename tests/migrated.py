"""The database as these migrations make it: made once, kept in var/migrated, and copied. SQLite alone.

Making it takes longer than most tests. Its name is a digest of all that makes it, so that one of other migrations is
never met. `--create-db` makes it anew.
"""

import hashlib
import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "migrated"
MADE_BY = ("*/migrations/*.py", "*/seeds.py", "districts/trail/triggers.py", "requirements.txt")


def kept():
    """Where the one of these migrations is, or would be."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in MADE_BY for path in ROOT.glob(pattern)):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return KEPT / f"{digest.hexdigest()[:16]}.sqlite3"


def copied_to(path):
    """Put a copy at a path; returns whether there was one to copy."""
    found = kept().exists()
    if found:
        for log in ("-wal", "-shm"):  # of a run that was killed: they belong to the file that stood here
            Path(f"{path}{log}").unlink(missing_ok=True)
        shutil.copy(kept(), path)
    return found


def keep(connection):
    """Keep a copy of a database that was just made and nothing was written to, in one piece whoever else does so."""
    if kept().exists():
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.iterdir():
        if old != kept():
            old.unlink(missing_ok=True)
    part = KEPT.with_suffix(f".{os.getpid()}")
    part.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(part)])
    part.replace(kept())
