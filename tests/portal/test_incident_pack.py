"""The incident pack shows what is wrong, and holds no secret and nothing about anybody."""

import zipfile

import pytest
from django.conf import settings
from django.utils import timezone

from districts.jobs.models import Job
from districts.posts.models import User
from districts.trail.models import Event
from districts.trail.recording import record_event
from tests.cast import build_street, make_log
from tests.processes import manage
from yuqiao_portal.operations import incident

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "13812345678"
BROKERS = "redis://portal:broker-secret@127.0.0.1:1/0;redis://portal:second-secret@127.0.0.1:2/0"
MEMBERS = ["README", "disk", "health", "jobs", "log", "migrations", "settings", "trail", "versions"]
TRACE = f"""2026-11-25 03:00:00,123 ERROR districts.jobs.running job 7 failed, attempt 1
Traceback (most recent call last):
  File "running.py", line 55, in run
django.db.utils.IntegrityError: DETAIL: Key (name)=(王建国, Wang Jianguo) of wangjianguo, staff 20041188, {PHONE}
kombu: cannot connect to amqp://portal:pass-in-a-log@10.0.0.1:5672//; session qmxv3k2v9w8f7h6j5k4l3m2n1p0q9r8s is gone
2026-11-25 03:00:01,456 WARNING django.request Not Found: /people/3/ asked by Wangjianguo
"""


@pytest.fixture
def street(tmp_path):
    street = build_street()
    User.objects.filter(username="secretary").update(
        username="wangjianguo", name="王建国", staff_number="20041188", phone="13987654321"
    )
    make_log(street, text="李桂兰家漏水")
    (tmp_path / "portal.log").write_text("\n".join(f"line {n}" for n in range(300)) + "\n" + TRACE, encoding="utf-8")
    Job.objects.create(
        kind="rollup", state="dead", failure="ValueError", arguments={"month": "2026-10", "who": "王建国"}
    )
    return street


def pack(tmp_path, **variables):
    """{member without its ending: text} of a pack made by the command."""
    secrets = {"TRAIL_KEY": "t" * 40 + "-trail", "CELERY_BROKER_URL": BROKERS}
    said = manage("incident_pack", str(tmp_path / "packs"), **{"LOG_DIR": str(tmp_path)} | secrets | variables).stdout
    [path] = (tmp_path / "packs").glob("incident-*.zip")
    assert (f"事故包：{path}" in said, oct(path.stat().st_mode & 0o777)) == (True, "0o600")
    with zipfile.ZipFile(path) as archive:
        return {name.removesuffix(".txt"): archive.read(name).decode() for name in archive.namelist()}


def test_it_shows_what_is_wrong(street, tmp_path):
    record_event("setting", "改了设置")
    found = pack(tmp_path)
    assert sorted(found) == MEMBERS
    assert all(f"{name}.txt" in found["README"] for name in MEMBERS[1:])
    assert "请处理  失败任务：1 个" in found["health"]
    assert "rollup dead 1\n" in found["jobs"]
    assert "ValueError" in found["jobs"]
    assert "Django 5.2" in found["versions"]
    assert ("PostgreSQL 1" in found["versions"]) or ("SQLite 3." in found["versions"])
    assert "已做 districts.0011_signs_of_life" in found["migrations"]
    assert "BROKER = redis://127.0.0.1:1/0" in found["settings"]
    assert "DATA_DIR = " in found["settings"]
    last = Event.objects.order_by("-serial").exclude(kind="operation").first()
    assert f"{last.serial} {last.at.isoformat()} setting {last.seal[:16]}…" in found["trail"]
    assert "剩余 " in found["disk"]


def test_of_the_log_it_holds_the_last_lines_without_anybody(street, tmp_path):
    lines = pack(tmp_path)["log"].splitlines()
    assert (len(lines), lines[0]) == (200, "line 106")
    assert lines[-6] == "2026-11-25 03:00:00,123 ERROR districts.jobs.running job 7 failed, attempt 1"
    assert lines[-3].startswith("django.db.utils.IntegrityError: DETAIL: Key (name)=□ of 某人, staff 某人")
    assert lines[-2] == "kombu: cannot connect to amqp://□10.0.0.1:5672//; session □ is gone"
    assert lines[-1].endswith("Not Found: /people/3/ asked by 某人")


def test_a_log_that_was_just_turned_over_is_told_with_the_one_before(street, tmp_path):
    (tmp_path / "portal.log").rename(tmp_path / "portal.log.1")
    (tmp_path / "portal.log").write_text("the newest line\n", encoding="utf-8")
    lines = pack(tmp_path)["log"].splitlines()
    assert (len(lines), lines[0], lines[-1]) == (200, "line 107", "the newest line")


def test_what_fails_for_whatever_reason_is_said_in_its_place(street, tmp_path, monkeypatch):
    monkeypatch.setattr(
        incident, "SECTIONS", {"jobs": ("任务", lambda: 1 / 0), "disk": ("磁盘", lambda: ["剩余 1 MB"])}
    )
    with zipfile.ZipFile(incident.write_pack(tmp_path)) as archive:
        found = {name: archive.read(name).decode() for name in ("jobs.txt", "disk.txt")}
    assert found == {"jobs.txt": "取不到：ZeroDivisionError", "disk.txt": "剩余 1 MB"}


def test_nobody_and_no_secret_is_in_it(street, tmp_path):
    everything = "\n".join(pack(tmp_path).values())
    people = {word for user in User.objects.all() for word in (user.name, user.phone) if word}
    hidden = {
        *people,
        "wangjianguo",
        "20041188",
        "李桂兰",
        "漏水",
        "2026-10",
        PHONE,
        "改了设置",
        "broker-secret",
        "second-secret",
        "pass-in-a-log",
    }
    hidden |= {"Jianguo", "qmxv3k2v9w8f7h6j5k4l3m2n1p0q9r8s"}
    hidden |= {settings.SECRET_KEY, "-trail", *Event.objects.values_list("subject", flat=True)}
    assert len(hidden) > 10
    assert {word for word in hidden if word and word in everything} == set()


def test_it_is_made_without_the_database_too(street, tmp_path):
    (tmp_path / "gone").mkdir()
    nowhere = {"DATABASE_URL": "postgres://nobody:db-secret@127.0.0.1:1/gone"}
    found = pack(tmp_path, **nowhere)
    assert (found["jobs"], found["trail"]) == ("取不到：OperationalError",) * 2
    assert "postgresql 127.0.0.1:1 gone" in found["settings"]
    lines = found["log"].splitlines()
    assert lines == [
        "2026-11-25 03:00:00,123 ERROR districts.jobs.running",
        "django.db.utils.IntegrityError",
        "2026-11-25 03:00:01,456 WARNING django.request",
    ]
    assert "db-secret" not in "\n".join(found.values())


def test_the_present_time_is_in_its_name(street, tmp_path):
    pack(tmp_path)
    [path] = (tmp_path / "packs").iterdir()
    assert path.name.startswith(f"incident-{timezone.localdate():%Y%m}")
    assert Event.objects.filter(kind="operation", subject=f"制作事故包 {path.name}").count() == 1
