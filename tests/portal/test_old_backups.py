"""What past releases saved restores, upgrades and verifies, on whichever database the suite runs."""

import os

import psycopg2
import pytest
from django.db import connection

from tests.processes import ROOT, manage

pytestmark = pytest.mark.django_db(transaction=True)
DUMPS = ROOT / "tests" / "dumps"
KEY_OF_815CEE0 = "only-for-tests-0123456789012345678901234567890123456789"
LACKING = ["剔除佐证 1", "加减分佐证 1", "异议佐证 1"]  # that release saved the files of logs alone


@pytest.fixture
def empty(tmp_path):
    """What leads a command to an empty database of the kind under test, and to folders of its own."""
    folders = {"DATA_DIR": str(tmp_path / "there"), "ANCHOR_DIR": str(tmp_path / "there")}
    if connection.vendor != "postgresql":
        yield folders | {"DATABASE_URL": f"sqlite:///{tmp_path}/old.sqlite3"}
        return
    known, name = connection.settings_dict, f"old_{os.getpid()}"
    server = psycopg2.connect(host=known["HOST"], port=known["PORT"] or 5432, user=known["USER"], dbname="postgres")
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
        yield folders | {"DATABASE_URL": f"postgres://{known['USER']}@{known['HOST']}:{known['PORT'] or 5432}/{name}"}
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


def test_the_dump_of_815cee0_restores_upgrades_and_verifies_naming_what_it_lacks(empty):
    there = empty | {"DJANGO_SECRET_KEY": KEY_OF_815CEE0}
    dump = str(DUMPS / "815cee0.backup")
    refused = manage("restore", dump, check=False, **there)
    assert (refused.returncode, "这份备份是旧版程序做的，封印没有密钥" in refused.stderr) == (1, True)
    said = manage("restore", dump, "--without-seals", **there)
    named = [line.split("（")[0].removeprefix("警告：") for line in said.stderr.splitlines() if "不在备份里" in line]
    assert sorted(named) == LACKING
    assert "2 个附件" in said.stdout
    assert "组织树完好。" in said.stdout
    assert "派生权限与任职一致。" in said.stdout
    assert "审计记录完好" in manage("verify_log", **there).stdout
    sheets = manage("verify_sheets", **there).stdout
    assert [line.split("：")[-1] for line in sheets.splitlines()] == ["一致。"] * 3
    counted = "from partybuilding.models import WorkLog, Order; print(WorkLog.objects.count(), Order.objects.count())"
    assert manage("shell", "-v0", "-c", counted, **there).stdout.split() == ["2555", "557"]
