"""An upgrade that is killed anywhere says at the next start how far it came, and completes or goes back by itself."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.cast import build_street, make_log
from tests.processes import ROOT, environment, manage

pytestmark = pytest.mark.django_db(transaction=True)
STEP = """
from django.db import migrations, models
class Migration(migrations.Migration):
    initial = True
    dependencies = [DEPENDS]
    operations = [
        migrations.CreateModel("Step#", [("id", models.BigAutoField(primary_key=True))]),
        migrations.RunSQL("UPDATE partybuilding_worklog SET text = text || '#'"),
    ]
"""
KILLED = """
import os, signal
import django
django.setup()
from django.core.management import call_command
from django.db.migrations.executor import MigrationExecutor
from yuqiao_portal.operations import leash, upgrade

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def at_call(number, act):
    calls = []
    def called(*args, **kwargs):
        calls.append(1)
        return die() if len(calls) == number else act(*args, **kwargs)
    return called

def half(source, target):
    open(target, "wb").write(b"half a database")
    die()

POINT
call_command("upgrade")
"""
FAILS = "upgrade.access_faults = lambda: ['坏了']; "
POINTS = {
    "leash.copy_sqlite = half": "在开始之前中断",
    "MigrationExecutor.apply_migration = die": "上次升级在第 0 步（共 2 步）之后中断",
    "MigrationExecutor.apply_migration = at_call(2, MigrationExecutor.apply_migration)": "上次升级在第 1 步（共 2 步）之后中断",
    "upgrade.tree_faults = die": "上次升级在第 2 步（共 2 步）之后中断",
    "leash.Leash.untie = die": "上次升级在第 2 步（共 2 步）之后中断",
}
RETURNING = {
    FAILS + "leash.copy_sqlite = at_call(2, leash.copy_sqlite)": "退回原样时中断",
    FAILS + "leash.Leash.untie = die": "退回原样时中断",
}
SHOWN = "from partybuilding.models import WorkLog; print(WorkLog.objects.get().text)"


@pytest.fixture
def office(tmp_path):
    """Variables under which commands meet a street with one log, and a program that is two migrations ahead of it."""
    make_log(build_street(), text="原来的话")
    package = tmp_path / "newer_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "0001_one.py").write_text(
        STEP.replace("#", "1").replace("DEPENDS", '("districts", "0003_trail_triggers")')
    )
    (package / "0002_two.py").write_text(STEP.replace("#", "2").replace("DEPENDS", '("talent", "0001_one")'))
    settings = "from yuqiao_portal.settings import *\nMIGRATION_MODULES = {'talent': 'newer_migrations'}\n"
    (tmp_path / "newer_settings.py").write_text(settings)
    data = {"DATA_DIR": str(tmp_path / "office")}
    if connection.vendor == "postgresql":
        old = data | {"DATABASE_URL": environment()["DATABASE_URL"]}
    else:
        old = data | {"DATABASE_URL": f"sqlite:///{tmp_path}/office/office.sqlite3"}
        (tmp_path / "office").mkdir()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [f"{tmp_path}/office/office.sqlite3"])
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    yield old, {**old, "DJANGO_SETTINGS_MODULE": "newer_settings", "PYTHONPATH": path}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS talent_step1, talent_step2")
            cursor.execute("DELETE FROM django_migrations WHERE app = 'talent'")


def kill_at(point, newer):
    facts = {"DJANGO_SECRET_KEY": os.environ["DJANGO_SECRET_KEY"]} | newer
    command = [sys.executable, "-c", KILLED.replace("POINT", point)]
    done = subprocess.run(command, cwd=ROOT, env=environment(**facts), capture_output=True, check=False)
    assert done.returncode == -9, done.stderr


def lying_beside(tmp_path):
    return sorted(path.name for path in (tmp_path / "office").iterdir() if path.is_file() and "upgrade" in path.name)


def text(where):
    return manage("shell", "-v0", "-c", SHOWN, **where).stdout.strip()


@pytest.mark.parametrize("point", POINTS)
def test_the_next_start_says_how_far_it_came_and_completes(office, tmp_path, point):
    _, newer = office
    if connection.vendor == "postgresql" and "leash" in point:
        point = "MigrationExecutor.apply_migration = die"
    kill_at(point, newer)
    said = manage("upgrade", **newer).stdout
    if connection.vendor == "sqlite":
        assert POINTS[point] in said
    assert "升级完成，2 步" in said
    assert (text(newer), lying_beside(tmp_path)) == ("原来的话12", [])
    assert "升级完成，0 步" in manage("upgrade", **newer).stdout


@pytest.mark.parametrize("point", RETURNING)
def test_what_was_going_back_goes_back_and_may_be_tried_again(office, tmp_path, point):
    old, newer = office
    if connection.vendor == "postgresql":
        point = "upgrade.access_faults = die"
    kill_at(point, newer)
    if connection.vendor == "sqlite":
        again = manage("upgrade", check=False, **newer)
        assert (again.returncode, RETURNING[point] in again.stdout, "现已全部退回原样" in again.stderr) == (
            78,
            True,
            True,
        )
    assert (text(old), lying_beside(tmp_path)) == ("原来的话", [])
    assert "升级完成，2 步" in manage("upgrade", **newer).stdout
    assert text(newer) == "原来的话12"


def test_what_fails_after_it_was_cut_off_goes_back_to_before_it_began(office, tmp_path):
    old, newer = office
    kill_at("MigrationExecutor.apply_migration = at_call(2, MigrationExecutor.apply_migration)", newer)
    two = tmp_path / "newer_migrations" / "0002_two.py"
    two.write_text(two.read_text().replace("UPDATE", "NO SQL"))
    failed = manage("upgrade", check=False, **newer)
    assert (failed.returncode, "已全部退回原样" in failed.stderr) == (78, True)
    assert (text(old), lying_beside(tmp_path)) == ("原来的话", [])
