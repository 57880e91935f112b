"""The commands of docs/operating.md, run as written by another process, on an empty database of their own."""

import re
import subprocess
import sys

import pytest

from tests.processes import ROOT

pytestmark = pytest.mark.one_database


@pytest.fixture
def migrated(prepared):
    """The tables are there: making them has a test of its own."""
    prepared("portal")


@pytest.fixture
def run(tmp_path):
    environment = {
        "PATH": "/usr/bin:/bin",
        "DJANGO_SECRET_KEY": "a-key-of-this-test-only-0123456789-abcdefghijklmnop-XYZ",
        "DJANGO_ALLOWED_HOSTS": "portal.test",
        "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3",
    }

    def run(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return run


def test_an_empty_database_becomes_a_street_by_the_manuals_commands(run, tmp_path):
    manual = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    server = manual[manual.index("## 三、") : manual.index("## 四、")]
    commands = re.findall(r"^    \.venv/bin/python manage\.py ([^#\n]+)", server, re.MULTILINE)
    assert [c.split()[0] for c in commands] == ["migrate", "load_street", "create_admins", "collectstatic"]
    for command in commands:
        done = run(*command.split())
        assert (command, done.returncode, done.stderr) == (command, 0, "")
    assert (tmp_path / "static" / "portal.css.gz").exists() or list((tmp_path / "static").glob("portal.*.css.gz"))
    for check in (
        ["check_tree"],
        ["check_access"],
        ["rollup", "2026-10"],
        ["check", "--deploy", "--fail-level", "WARNING"],
        ["verify_log"],
        ["backup", str(tmp_path / "backups"), "--keep", "2"],
        ["upgrade"],
    ):
        assert run(*check).returncode == 0


def test_what_the_manuals_tell_to_make_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for name in ("README.md", "docs/operating.md", "docs/measured.md"):
        named = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / name).read_text(encoding="utf-8")))
        assert named <= targets, name


def test_a_server_is_never_told_to_install_what_tests_need():
    manual = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert re.findall(r"^    .*make setup", manual, re.MULTILINE) == []


def test_a_wrong_setting_is_one_sentence():
    done = subprocess.run(
        [sys.executable, "manage.py", "check_tree"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DJANGO_SECRET_KEY": "k" * 40, "DJANGO_BEHIND_TLS": "yes"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "设置有误：DJANGO_BEHIND_TLS 只能是 0 或 1，现在是 'yes'。\n")


def test_a_refused_command_says_so_and_exits_non_zero(migrated, run):
    run("migrate", "-v0")
    refused = run("load_street", "no-such-file.csv")
    assert refused.returncode == 1
    assert "没有导入任何一行：\n文件 no-such-file.csv 找不到或打不开" in refused.stderr
    assert run("rollup", "2026-13").returncode == 1
    run("load_street", "districts/data/yuqiao.csv")
    again = run("load_demo", "--here-too")
    assert (again.returncode, "演示数据只能装进空库" in again.stderr) == (1, True)


def test_a_portal_in_use_takes_no_demo_unless_told(migrated, run):
    run("migrate", "-v0")
    refused = run("load_demo")
    assert (refused.returncode, "这是正式系统，没有装入演示数据" in refused.stderr) == (1, True)


def test_what_is_written_is_for_one_account_alone(run, tmp_path):
    run("migrate", "-v0")
    run("load_street", "districts/data/yuqiao.csv")
    run("backup", str(tmp_path / "backups"))
    modes = {path.relative_to(tmp_path): oct(path.stat().st_mode & 0o777) for path in tmp_path.rglob("*")}
    files = {path for path in modes if (tmp_path / path).is_file()}
    assert {"portal.sqlite3", "anchors/trail-anchors.txt"} <= {str(path) for path in files}
    assert len(list((tmp_path / "backups").glob("*.backup"))) == 1
    assert {modes[path] for path in files} == {"0o600"}
    assert {modes[path] for path in modes.keys() - files} == {"0o700"}
