"""Old events move to files beside the anchors, and the chain is verified through them into the table."""

import json
import zipfile
from contextlib import closing
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction
from django.utils import timezone

from districts.trail import archiving
from districts.trail.anchors import write_anchor
from districts.trail.archiving import archive_events, archived_events
from districts.trail.models import Event
from districts.trail.recording import record_event
from districts.trail.verifying import trail_faults
from tests.processes import backed_up, manage
from tests.waiting import SHORT, another_connection, waiting_as
from yuqiao_portal.operations.restoring import _archives_in
from yuqiao_portal.settings import read_years

pytestmark = pytest.mark.django_db(transaction=True)
YEARS_AGO = 6


@pytest.fixture
def trail():
    """Six events of six years ago with their anchor, and three of today."""
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=365 * YEARS_AGO)):
        for n in range(6):
            record_event("setting", f"旧 {n}")
        write_anchor()
    for n in range(3):
        record_event("setting", f"新 {n}")
    write_anchor()


def archive_of(first, last):
    return settings.ANCHOR_DIR / f"events-{first}-{last}.jsonl"


def serials():
    return list(Event.objects.order_by("serial").values_list("serial", flat=True))


def test_by_default_nothing_is_ever_moved(trail):
    assert settings.EVENTS_KEPT_YEARS == 0
    assert (archive_events(0), archive_events(7), serials()) == (0, 0, list(range(1, 10)))


def test_years_are_a_number(monkeypatch):
    for value in ("-1", "5.5", "五", ""):
        monkeypatch.setenv("EVENTS_KEPT_YEARS", value)
        with pytest.raises(ImproperlyConfigured, match="EVENTS_KEPT_YEARS 应为年数，0 为永久"):
            read_years("EVENTS_KEPT_YEARS")
    monkeypatch.setenv("EVENTS_KEPT_YEARS", "5")
    assert read_years("EVENTS_KEPT_YEARS") == 5


def test_what_is_older_moves_and_the_whole_is_verified(trail):
    assert archive_events(5) == 6
    assert serials() == [7, 8, 9, 10]
    assert [event.subject for event in archived_events()] == [f"旧 {n}" for n in range(6)]
    assert Event.objects.get(serial=10).subject == "归档 6 条审计记录到 events-1-6.jsonl"
    assert trail_faults() == []
    assert archive_events(5) == 0


def test_the_table_is_only_added_to_afterwards(trail):
    archive_events(5)
    for act in (lambda: Event.objects.update(subject="改"), lambda: Event.objects.all().delete()):
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            act()


@pytest.mark.postgresql
def test_a_backup_that_reads_meanwhile_is_not_waited_for(trail):
    with closing(another_connection()) as reader:
        reader.cursor().execute("SELECT count(*) FROM districts_event")
        with waiting_as(SHORT):
            assert archive_events(5) == 6
        reader.rollback()
    assert trail_faults() == []


def test_the_newest_event_stays_so_that_the_next_has_its_number(trail):
    with time_machine.travel(timezone.now() + timedelta(days=365 * 10)):
        assert archive_events(5) == 8
        record_event("setting", "后来")
        assert serials() == [9, 10, 11]
        assert trail_faults() == []


def test_a_second_archive_goes_on_where_the_first_ended(trail):
    archive_events(5)
    with time_machine.travel(timezone.now() + timedelta(days=365 * 6)):
        record_event("setting", "后来")
        assert archive_events(5) == 4
    assert [path.name for path in archiving.archives()] == ["events-1-6.jsonl", "events-7-10.jsonl"]
    assert trail_faults() == []


def test_many_leave_in_several_nights(trail, monkeypatch):
    monkeypatch.setattr(archiving, "MOST_AT_ONCE", 4)
    assert [archive_events(5) for _ in range(3)] == [4, 2, 0]
    assert [path.name for path in archiving.archives()] == ["events-1-4.jsonl", "events-5-6.jsonl"]
    assert trail_faults() == []


def change(path):
    path.write_text(path.read_text(encoding="utf-8").replace("旧 3", "改 3"), encoding="utf-8")


def swap(path):
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:2], lines[3], lines[2], *lines[4:]]), encoding="utf-8")


def cut(path):
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")


def break_off(path):
    path.write_bytes(path.read_bytes()[:-30])


@pytest.mark.parametrize(
    "harm", [change, swap, cut, break_off, lambda path: path.unlink(), lambda path: path.write_text("{}\n")]
)
def test_harm_to_an_archive_is_found(trail, harm):
    archive_events(5)
    harm(archive_of(1, 6))
    assert len(trail_faults()) >= 1
    assert manage("verify_log", check=False, ANCHOR_DIR=str(settings.ANCHOR_DIR)).returncode == 1


def test_an_archive_rewritten_as_a_whole_is_found_by_the_event_that_follows(trail, settings):
    archive_events(5)
    lines = [json.loads(line) for line in archive_of(1, 6).read_text(encoding="utf-8").splitlines()]
    with archive_of(1, 6).open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line | {"subject": "另一句"}) + "\n")
    assert any("被改动过" in fault for fault in trail_faults())


def test_whoever_is_killed_before_the_rows_go_begins_anew(trail, monkeypatch):
    def killed(connection):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(archiving, "removal_allowed", killed)
        with pytest.raises(KeyboardInterrupt):
            archive_events(5)
    assert (archive_of(1, 6).exists(), serials(), trail_faults()) == (True, list(range(1, 10)), [])
    assert archive_events(5) == 6
    assert (serials(), trail_faults()) == ([7, 8, 9, 10], [])


def test_a_backup_brings_the_archives_along(trail, prepared, tmp_path):
    archive_events(5)
    path = backed_up(tmp_path / "b")
    there = {"DATABASE_URL": prepared("there"), "DATA_DIR": str(tmp_path / "there")}
    there["ANCHOR_DIR"] = str(tmp_path / "there" / "anchors")
    manage("restore", str(path), **there)
    assert (tmp_path / "there" / "anchors" / "events-1-6.jsonl").read_bytes() == archive_of(1, 6).read_bytes()
    assert "审计记录完好" in manage("verify_log", **there).stdout
    other = there | {"DATABASE_URL": prepared("other"), "TRAIL_KEY": "another" * 8}
    other |= {"DATA_DIR": str(tmp_path / "other"), "ANCHOR_DIR": str(tmp_path / "other")}
    manage("restore", str(path), "--without-seals", **other)
    [aside] = (tmp_path / "other").glob("trail-until-*.jsonl")
    assert ("旧 0" in aside.read_text(encoding="utf-8"), "新 0" in aside.read_text(encoding="utf-8")) == (True, True)


def test_a_backup_that_nothing_proves_writes_nowhere_but_beside_the_anchors(tmp_path):
    with zipfile.ZipFile(tmp_path / "forged.zip", "w") as archive:
        for name in (
            "trail/events-7-9.jsonl",
            "trail/events-1-6.jsonl",
            "trail/../../events-1-6.jsonl",
            "trail/x.jsonl",
        ):
            archive.writestr(name, "{}")
        assert _archives_in(archive) == ["trail/events-1-6.jsonl", "trail/events-7-9.jsonl"]
