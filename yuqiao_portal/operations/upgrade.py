"""Bring the database to the program's version: backed up first, checked afterwards, taken back when anything fails."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from districts.posts.appointing import access_faults
from districts.trail.recording import record_event
from districts.units.health import tree_faults
from yuqiao_portal.operations.backup import write_backup
from yuqiao_portal.operations.leash import COPYING, RETURNING, Leash


class UpgradeFailed(Exception):
    """Nothing has changed; the message says why and where the backup lies."""


def pending():
    """The migrations that are still to come."""
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def cut_off():
    """How far an upgrade came that was cut off, a Chinese sentence; None without one. PostgreSQL takes it back by itself."""
    found = None if connection.vendor == "postgresql" else _leash().found()
    if found is None:
        return None
    if found["phase"] == COPYING:
        return "上次升级在开始之前中断，数据没有改动，现在重新升级。"
    if found["phase"] == RETURNING:
        return f"上次升级没有成功，退回原样时中断，现在接着退回。升级前的备份：{found['backup']}"
    return f"上次升级在第 {found['steps'] - len(pending())} 步（共 {found['steps']} 步）之后中断，现在接着做完；不成功则退回原样。"


def upgrade(folder=None):
    """Back up, migrate, check. Returns (path of the backup, number of migrations). Raises UpgradeFailed.

    What was cut off is ended first: completed, or taken back, with the backup that it had made.
    """
    found = None if connection.vendor == "postgresql" else _leash().found()
    if found and found["phase"] != COPYING:
        return _end_what_was_cut_off(found)
    steps = len(pending())
    path = write_backup(folder or settings.BACKUP_DIR)
    if connection.vendor == "postgresql":
        _or_fail(_migrate_in_one_transaction, path)
    else:
        _or_fail(lambda: _leash().tie(backup=str(path), steps=steps), path)
        _or_fail(_migrate_on_a_leash, path)
    record_event("operation", f"升级数据库，{steps} 步，备份 {path.name}")
    return path, steps


def _end_what_was_cut_off(found):
    path = Path(found["backup"])
    if found["phase"] == RETURNING:
        connection.close()
        _leash().pull_back()
        raise UpgradeFailed(f"上次升级没有成功，现已全部退回原样。备份在 {path}。")
    _or_fail(_migrate_on_a_leash, path)
    record_event("operation", f"接着完成中断的升级，共 {found['steps']} 步，备份 {path.name}")
    return path, found["steps"]


def _leash():
    return Leash(connection.settings_dict["NAME"])


def _or_fail(migrate, path):
    try:
        migrate()
    except Exception as error:
        raise UpgradeFailed(f"升级没有成功，已全部退回原样：{error}。备份在 {path}。") from error


def _migrate_and_check():
    call_command("migrate", interactive=False, verbosity=0)
    if faults := [*tree_faults(), *access_faults()]:
        raise UpgradeFailed("；".join(faults[:3]))


def _migrate_in_one_transaction():
    with transaction.atomic():
        _migrate_and_check()


def _migrate_on_a_leash():
    try:
        _migrate_and_check()
    except Exception:
        connection.close()
        _leash().pull_back()
        raise
    _leash().untie()
