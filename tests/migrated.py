"""The database as these migrations make it: made once, by one of many at once, kept, and copied.

Making it takes longer than most tests. Its name is a digest of all that makes it, so that one of other migrations is
never met. SQLite keeps a file in var/migrated, PostgreSQL a database beside those of the tests. `--create-db` makes it anew.
"""

import fcntl
import hashlib
import os
import shutil
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "migrated"
MADE_BY = ("*/migrations/*.py", "*/seeds.py", "districts/trail/triggers.py", "requirements.txt")


def _digest():
    digest = hashlib.sha256()
    for path in sorted(path for pattern in MADE_BY for path in ROOT.glob(pattern)):
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def kept():
    """Where the file of these migrations is, or would be."""
    return KEPT / f"{_digest()}.sqlite3"


@contextmanager
def by_one():
    """Of several that want it at once one makes it, while the others wait; then they find it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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
    if connection.vendor == "postgresql":
        _keep_database(connection)
    elif not kept().exists():
        _keep_file(connection)


def _keep_file(connection):
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    part = KEPT.with_suffix(f".{os.getpid()}")
    part.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(part)])
    part.replace(kept())


OURS = f"migrated_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}_"  # other copies of the project have their own


def template(settings):
    """The name of the database of these migrations on that server, or "" where none is kept."""
    with closing(_server(settings)) as server, server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname = %s", [OURS + _digest()])
        return (cursor.fetchone() or ("",))[0]


def _keep_database(connection):
    """In place of those of other migrations."""
    made = connection.settings_dict["NAME"]
    connection.close()  # nobody may be in what is copied
    with closing(_server(connection.settings_dict)) as server, server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{OURS}%"])
        for (old,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
        cursor.execute(f'CREATE DATABASE "{OURS}{_digest()}" TEMPLATE "{made}"')


def _server(settings):
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    known = {name: settings[key] for name, key in names.items() if settings[key]}
    server = psycopg2.connect(dbname="postgres", **known)
    server.autocommit = True
    return server
