"""Bring the database to the program's version: backed up first, checked afterwards, taken back when anything fails."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from districts.posts.appointing import access_faults
from districts.trail.recording import record_event
from districts.units.health import tree_faults
from yuqiao_portal.operations.backup import write_backup
from yuqiao_portal.operations.snapshot import copy_sqlite


class UpgradeFailed(Exception):
    """Nothing has changed; the message says why and where the backup lies."""


def pending():
    """The migrations that are still to come."""
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def upgrade(folder=None):
    """Back up, migrate, check. Returns (path of the backup, number of migrations). Raises UpgradeFailed."""
    steps = len(pending())
    path = write_backup(folder or settings.BACKUP_DIR)
    migrate = _migrate_in_one_transaction if connection.vendor == "postgresql" else _migrate_on_a_leash
    try:
        migrate()
    except Exception as error:
        raise UpgradeFailed(f"升级没有成功，已全部退回原样：{error}。备份在 {path}。") from error
    record_event("operation", f"升级数据库，{steps} 步，备份 {path.name}")
    return path, steps


def _migrate_and_check():
    call_command("migrate", interactive=False, verbosity=0)
    if faults := [*tree_faults(), *access_faults()]:
        raise UpgradeFailed("；".join(faults[:3]))


def _migrate_in_one_transaction():
    with transaction.atomic():
        _migrate_and_check()


def _migrate_on_a_leash():
    """SQLite cannot change tables inside an outer transaction: keep a copy, and put it back page by page."""
    live = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(dir=Path(live).parent) as folder:
        kept = Path(folder) / "before.sqlite3"
        copy_sqlite(live, kept)
        try:
            _migrate_and_check()
        except Exception:
            connection.close()
            copy_sqlite(kept, live)
            raise
