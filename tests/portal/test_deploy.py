"""What deploy/ holds: the bundle and its installation, the units and the logs (nginx: test_nginx.py)."""

import configparser
import ensurepip
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands

from tests.processes import ROOT
from yuqiao_portal.management.commands import serve, upgrade
from yuqiao_portal.operations.upgrade import UpgradeFailed

PROGRAM = ["Makefile", "deploy/bundle.sh", "deploy/install.sh", "districts/models.py", "manage.py", "requirements.txt"]
FOLDERS = ["yuqiao_portal", "partybuilding", "talent", "partners", "districts", "templates", "static"]
NEVER = [
    "tests/test_x.py",
    ".ci/run",
    ".venv/bin/x",
    "var/portal.sqlite3",
    "districts/__pycache__/models.pyc",
    ".gitignore",
    "wheels/old.whl",
    "SHA256SUMS",
    "MADE_FOR",
    "install.sh",
    "assets/node_modules/a.js",
    ".ruff_cache/x",
]


def write(path, text="x\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def sh(command, folder):
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "GIT_CONFIG_GLOBAL": "/dev/null"}
    return subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture
def program(tmp_path):
    """A small program with the real scripts, and beside it all that must stay at home."""
    folder = tmp_path / "program"
    for name in [*PROGRAM, *NEVER, *(f"{each}/kept" for each in FOLDERS)]:
        write(folder / name)
    (folder / "requirements.txt").write_text("# nothing\n")
    for script in ("bundle.sh", "install.sh"):
        shutil.copy(ROOT / "deploy" / script, folder / "deploy")
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return folder


@pytest.fixture
def unpacked(program, tmp_path):
    """Its bundle on another machine, with pip's own wheel and no other."""
    made = sh("deploy/bundle.sh --without-wheels", program)
    assert (made.returncode, made.stderr) == (0, "")
    with tarfile.open(next(program.glob("var/yuqiao-portal-*.tar.gz"))) as archive:
        archive.extractall(tmp_path / "at any path", filter="tar")
    folder = tmp_path / "at any path" / "yuqiao-portal"
    bundled = [*Path(ensurepip.__path__[0]).glob("_bundled/pip-*.whl"), *Path("/usr/share").glob("*wheels/pip-*.whl")]
    shutil.copy(bundled[0], folder / "wheels")
    seal(folder)
    return folder


def install(folder):
    return sh("sh install.sh", folder)


def seal(folder):
    sh("find . -type f ! -name SHA256SUMS ! -path './var/*' -print0 | xargs -0 sha256sum >SHA256SUMS", folder)


def test_the_bundle_holds_the_program_and_nothing_of_home(program):
    expected = sorted([*PROGRAM, *(f"{each}/kept" for each in FOLDERS)])
    assert sh("deploy/bundle.sh --list", program).stdout.split() == expected
    sh(f"git init -q . && git add -f {' '.join(expected)} tests .ci", program)
    write(program / "districts" / "untracked.py")
    assert sh("deploy/bundle.sh --list", program).stdout.split() == expected


def test_the_real_list_has_what_a_server_needs():
    listed = set(sh("deploy/bundle.sh --list", ROOT).stdout.split())
    assert {
        "manage.py",
        "requirements.txt",
        "deploy/nginx.conf",
        "docs/operating.md",
        "static/css/tokens.css",
    } <= listed
    assert {name.split("/")[0] for name in listed} & {"tests", ".ci", ".venv", "var", ".git", "wheels"} == set()


def test_a_bundle_installs_by_itself_and_again_over_an_older_one(unpacked):
    first = install(unpacked)
    assert (first.returncode, first.stderr) == (0, "")
    assert "装好了" in first.stdout
    assert (unpacked / ".venv" / "bin" / "python").exists()
    write(unpacked / "var" / "portal.sqlite3", "the street")
    write(unpacked / "districts" / "of_an_older_version.py")
    again = install(unpacked)
    assert (again.returncode, "去掉旧程序留下的 ./districts/of_an_older_version.py" in again.stdout) == (0, True)
    assert not (unpacked / "districts" / "of_an_older_version.py").exists()
    assert (unpacked / "districts" / "models.py").exists()
    assert (unpacked / "var" / "portal.sqlite3").read_text() == "the street"


@pytest.mark.parametrize("name", ["districts/models.py", "install.sh", "SHA256SUMS"])
def test_a_damaged_file_is_named_and_nothing_is_installed(unpacked, name):
    with (unpacked / name).open("a") as file:
        file.write("changed\n")
    refused = install(unpacked)
    assert refused.returncode == 1
    assert "安装包不完整或被改动过，没有安装" in refused.stderr
    assert name in refused.stderr
    assert not (unpacked / ".venv").exists()


def test_a_missing_file_is_named(unpacked):
    (unpacked / "manage.py").unlink()
    assert "  ./manage.py\n" in install(unpacked).stderr


def test_another_kind_of_machine_is_refused(unpacked):
    (unpacked / "MADE_FOR").write_text("CPython 3.9 aarch64 glibc\n")
    seal(unpacked)
    refused = install(unpacked)
    assert (refused.returncode, (unpacked / ".venv").exists()) == (1, False)
    assert "这个安装包只用于 CPython 3.9 aarch64 glibc，本机是 CPython 3." in refused.stderr


def test_outside_a_bundle_the_script_refuses(program):
    refused = sh("sh deploy/install.sh", program)
    assert (refused.returncode, "这里不是解开的安装包" in refused.stderr) == (1, True)


def test_a_server_installs_nothing_of_the_developers():
    for target in ("serve", "demo", "install", "bundle"):
        planned = sh(f"make -n -W requirements.txt -W requirements-dev.txt {target}", ROOT)
        assert "-r requirements.txt" in planned.stdout
        assert "requirements-dev" not in planned.stdout


def unit(name):
    """A unit file; of a key that stands twice, every value."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=", comment_prefixes="#")
    parser.optionxform = str
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    parser.read_string(text)
    return parser, re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").glob("*.service")), ids=lambda path: path.stem)
def test_a_unit_runs_a_command_that_exists_without_make(path):
    service, commands = unit(path.name)
    assert commands
    for command in commands:
        python, first, second, *_ = command.split()
        assert python == "/opt/yuqiao-portal/.venv/bin/python"
        assert second in get_commands() if first == "manage.py" else importlib.util.find_spec(second)
    assert service["Service"]["User"] == "portal"
    assert service["Service"]["WorkingDirectory"] == "/opt/yuqiao-portal"


@pytest.mark.parametrize("name", ["web", "worker", "beat", "office"])
def test_a_service_never_gives_up(name):
    service, _ = unit(f"yuqiao-{name}.service")
    assert service["Unit"]["StartLimitIntervalSec"] == "0"
    assert service["Unit"]["Wants"] == "network-online.target"
    assert "network-online.target" in service["Unit"]["After"].split()
    assert (service["Service"]["Restart"], service["Service"]["RestartSec"]) == ("on-failure", "5")


def test_an_office_pc_whose_upgrade_failed_waits_for_a_person(monkeypatch, db):
    def fails(folder):
        raise UpgradeFailed("升级没有成功，已全部退回原样：x。")

    monkeypatch.setattr(serve, "pending", lambda: ["one"])
    monkeypatch.setattr(upgrade, "upgrade", fails)
    with pytest.raises(CommandError, match="请换回旧程序") as refused:
        call_command("serve")
    service, _ = unit("yuqiao-office.service")
    assert str(refused.value.returncode) == service["Service"]["RestartPreventExitStatus"]


def test_every_file_of_deploy_is_named_in_the_manual():
    manual = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    for path in (ROOT / "deploy").iterdir():
        plain = path.name in {"bundle.sh", "pip.txt"}  # make bundle's own
        name = re.sub(r"yuqiao-(web|worker|beat|backup).service", "yuqiao-{web,worker,beat,backup}.service", path.name)
        assert plain or name in manual, path
