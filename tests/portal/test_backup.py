"""Backup = restore: content-equal under load, across both kinds of database; a damaged file is refused; upgrades go back."""

import random
import threading
from os import environ, pathsep

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from districts.files.attachments import keep_file
from districts.trail.anchors import write_anchor
from partybuilding.matters.logs.models import WorkLog
from tests.cast import build_street, make_log, make_order, seed_scheme
from tests.processes import backed_up, contents, environment, manage
from yuqiao_portal.operations import snapshot
from yuqiao_portal.operations.archive import BackupRefused, read_manifest
from yuqiao_portal.operations.restoring import _has_tables, restore_backup

pytestmark = pytest.mark.django_db(transaction=True)


def a_street_with_a_file():
    street = build_street()
    log = make_log(street, text="带附件的日志\n两行，“引号”，🙂")
    make_order(street)
    keep_file(
        log.attachments,
        "pdf",
        ContentFile(b"%PDF-1.4 body", name="a.pdf"),
        name="方案.pdf",
        by=street.people["secretary"],
    )
    write_anchor()
    return street


def test_a_backup_restored_elsewhere_and_backed_up_again_is_the_same(elsewhere, tmp_path):
    a_street_with_a_file()
    first = backed_up(tmp_path / "one")
    there = {"DATABASE_URL": elsewhere, "DATA_DIR": str(tmp_path / "there"), "ANCHOR_DIR": str(tmp_path / "there")}
    said = manage("restore", str(first), **there).stdout
    assert "1 个附件" in said
    assert "组织树完好。" in said
    assert "派生权限与任职一致。" in said
    assert "审计记录完好" in manage("verify_log", **there).stdout
    manage("backup", str(tmp_path / "two"), **there)
    one, two = contents(first), contents(next((tmp_path / "two").iterdir()))
    trail = "rows/districts.event.jsonl"  # the restoring itself was recorded
    assert two.pop(trail).startswith(one.pop(trail))
    assert two == one
    assert any(name.startswith("attachments/") for name in one)
    refused = manage("restore", str(first), check=False, **there)
    assert (refused.returncode, "只能恢复到空库，什么都没有改动" in refused.stderr) == (1, True)


def test_a_backup_taken_while_people_work_is_one_moment(tmp_path):
    """A writer adds pairs of logs in one transaction each: no backup ever holds half a pair."""
    from django.db import transaction

    street, stop = build_street(), threading.Event()

    def write():
        while not stop.is_set():
            with transaction.atomic():
                make_log(street, text="甲")
                make_log(street, text="乙")
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            rows = contents(backed_up(tmp_path / str(n)))["rows/partybuilding.worklog.jsonl"].decode()
            assert rows.count('"甲"') == rows.count('"乙"')
    finally:
        stop.set()
        writer.join()
    assert WorkLog.objects.count() > 0


def test_a_cut_or_flipped_file_is_refused(tmp_path):
    a_street_with_a_file()
    path = backed_up(tmp_path / "whole")
    whole, rng = path.read_bytes(), random.Random(3)
    damaged = tmp_path / "damaged.backup"
    for n in range(40):
        data = bytearray(whole)
        if n % 2:
            del data[rng.randrange(len(data)) :]
        else:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        damaged.write_bytes(bytes(data))
        with pytest.raises(BackupRefused):
            read_manifest(damaged)
    assert read_manifest(path)["rows"]["partybuilding.worklog"] == 1


def test_nothing_is_restored_over_somebodys_work(tmp_path):
    a_street_with_a_file()
    path = backed_up(tmp_path / "b")
    with pytest.raises(BackupRefused, match="只能恢复到空库"):
        restore_backup(path)
    assert WorkLog.objects.count() == 1


def test_a_backup_of_a_newer_program_is_refused(tmp_path):
    build_street()
    newer = [*snapshot.applied(), ["districts", "9999_from_the_future"]]
    with pytest.raises(BackupRefused, match="备份来自更新的版本"):
        _has_tables(newer)


FAILING = """
from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    dependencies = [("districts", "0003_trail_triggers")]
    operations = [
        migrations.CreateModel("HalfMade", [("id", models.BigAutoField(primary_key=True))]),
        migrations.RunSQL("UPDATE partybuilding_worklog SET text = '改坏了'"),
        migrations.RunSQL("LAST"),
    ]
"""


@pytest.mark.parametrize("last", ["THIS IS NO SQL", "DELETE FROM districts_unituserpermission"])
def test_a_failed_upgrade_takes_everything_back(prepared, tmp_path, last):
    """A program whose last migration fails halfway, or leaves people without their rows, tried on a copy of the street."""
    street = build_street()
    make_log(street, text="原来的话")
    package = tmp_path / "broken_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "0001_broken.py").write_text(FAILING.replace("LAST", last))
    (tmp_path / "broken_settings.py").write_text(
        "from yuqiao_portal.settings import *\nMIGRATION_MODULES = {'talent': 'broken_migrations'}\n"
    )
    there = {"DATABASE_URL": prepared("office"), "DATA_DIR": str(tmp_path / "office")}
    if connection.vendor == "postgresql":
        there = {"DATABASE_URL": environment()["DATABASE_URL"], "DATA_DIR": str(tmp_path / "office")}
    else:
        manage("restore", str(backed_up(tmp_path / "b")), **there)
    broken = {
        **there,
        "DJANGO_SETTINGS_MODULE": "broken_settings",
        "PYTHONPATH": pathsep.join([str(tmp_path), environ.get("PYTHONPATH", "")]),
    }
    failed = manage("upgrade", check=False, **broken)
    assert (failed.returncode, "升级没有成功，已全部退回原样" in failed.stderr) == (78, True), failed.stderr
    shown = manage(
        "shell",
        "-c",
        "from partybuilding.matters.logs.models import WorkLog as W; print(W.objects.get().text); "
        "from django.db import connection as c; print('talent_halfmade' in c.introspection.table_names())",
        **there,
    )
    assert shown.stdout.splitlines()[-2:] == ["原来的话", "False"]
    assert "升级完成，0 步" in manage("upgrade", **there).stdout


def test_a_freshly_migrated_database_counts_as_empty(db):
    """Whatever a migration seeds is known as such: else no backup could ever be restored again."""
    from yuqiao_portal.operations import snapshot

    seed_scheme()
    assert snapshot.holds_work(snapshot.models_at(snapshot.applied())) == []
