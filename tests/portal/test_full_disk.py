"""A full disk: said in words, nothing half saved, no file left, and as before once there is room."""

import errno
import sqlite3
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from districts.files.attachments import attachment_store, keep_file
from districts.files.proofs import Evidence
from districts.files.strays import AttachmentStore, attaching_fields, files_settled
from partybuilding.appeals.models import Exclusion, ExclusionEvidence
from partybuilding.matters.logs.models import LogAttachment, WorkLog
from tests.cast import build_street, log_in, make_appeal, make_log
from tests.small_disk import PAPER, files_end_at
from yuqiao_portal.safeguards.not_taken import BUSY, FULL, reason_of

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "未保存，磁盘已满"
BIG_PAPER = b"%PDF-1.4 " + b"0" * 4_000_000  # goes through a file of its own on its way in


NO_ROOM = {
    "sqlite": [
        "CREATE TABLE filler (piece BLOB)",
        "CREATE TRIGGER full_disk BEFORE {when} BEGIN INSERT INTO filler VALUES (zeroblob(9000000)); END",
    ],
    "postgresql": [
        "CREATE FUNCTION filler() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER full_disk BEFORE {when} FOR EACH ROW EXECUTE FUNCTION filler()",
    ],
}
ROOM = {"sqlite": ["DROP TRIGGER full_disk", "DROP TABLE filler"], "postgresql": ["DROP FUNCTION filler() CASCADE"]}


@contextmanager
def database_full_at(when):
    """The database's own refusal: SQLite needs a page more than it gets; PostgreSQL says it by its own code."""
    with connection.cursor() as cursor:
        for statement in NO_ROOM[connection.vendor]:
            cursor.execute(statement.format(when=when))
        set_most_pages(cursor, 200)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            set_most_pages(cursor, 1_000_000)
            for statement in ROOM[connection.vendor]:
                cursor.execute(statement)


def set_most_pages(cursor, more):
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0] + more}")


def database_is_full():
    return database_full_at("INSERT ON partybuilding_worklog")


def kept_files():
    return {path for path in Path(attachment_store().location).rglob("*") if path.is_file()}


@pytest.fixture
def uploads_to(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


WAYS = {
    "while an attachment is written": (PAPER, lambda: files_end_at(200_000)),
    "while a large upload comes in": (BIG_PAPER, lambda: files_end_at(3_000_000)),
    "in the database": (PAPER, database_is_full),
}


@pytest.mark.parametrize("where", WAYS)
def test_a_full_disk_is_said_nothing_stays_and_the_same_form_goes_through_later(where, uploads_to):
    street = build_street()
    client, before = log_in(Client(), street.people["secretary"]), kept_files()
    content, full = WAYS[where]

    def send():
        files = [SimpleUploadedFile("甲.pdf", b"%PDF-1.4 "), SimpleUploadedFile("乙.pdf", content)]
        facts = {"text": "清" * 2000, "happened_on": timezone.localdate(), "unit": street.units["东一社区"].pk}
        return client.post(
            "/worklogs/new/",
            {**facts, "order": "", "once": "t1", "files": files},
            headers={"Referer": "http://testserver/worklogs/new/?order=3"},
        )

    with full():
        refused = send()
    page = refused.content.decode()
    assert (refused.status_code, page.count(f"<h1>{SENTENCE}</h1>")) == (507, 1)
    assert 'href="/worklogs/new/?order=3">回到刚才的页面</a>' in page
    assert (WorkLog.objects.count(), LogAttachment.objects.count(), kept_files()) == (0, 0, before)
    assert list(uploads_to.iterdir()) == []
    assert send().status_code == 302
    assert (WorkLog.objects.count(), LogAttachment.objects.count(), len(kept_files() - before)) == (1, 2, 2)


def test_an_upload_that_finds_no_room_on_its_way_in_is_told_before_any_view(uploads_to):
    street = build_street()
    client = log_in(Client(enforce_csrf_checks=True, raise_request_exception=False), street.people["secretary"])
    token = client.get("/worklogs/new/").context["csrf_token"]
    sent = {"csrfmiddlewaretoken": str(token), "text": "清", "files": [SimpleUploadedFile("乙.pdf", BIG_PAPER)]}
    with files_end_at(3_000_000):
        refused = client.post("/worklogs/new/", sent)
    assert (refused.status_code, SENTENCE in refused.content.decode()) == (507, True)
    assert list(uploads_to.iterdir()) == []


def test_a_part_of_a_page_gets_the_sentence_alone_and_a_poll_gets_nothing():
    street = build_street()
    client = log_in(Client(), street.people["secretary"])
    facts = {"text": "清" * 2000, "happened_on": timezone.localdate(), "unit": street.units["东一社区"].pk, "order": ""}
    with database_is_full():
        part = client.post("/worklogs/new/", facts, headers={"HX-Request": "true"})
        poll = client.post("/worklogs/new/", facts, headers={"HX-Request": "true", "X-Poll": "1"})
    assert (part.status_code, part.headers["HX-Retarget"], part.headers["HX-Reswap"]) == (507, "#main", "afterbegin")
    assert part.content.decode().startswith(f'<p class="notice notice-error" role="alert">{SENTENCE}。')
    assert (poll.status_code, poll.content) == (507, b"")


def test_pages_are_read_while_no_session_can_be_written():
    client = log_in(Client(), build_street().people["secretary"])
    session = client.session
    session["seen"] = seen = session["seen"] - 120
    session.save()
    with database_full_at("UPDATE ON django_session"):
        assert client.get("/worklogs/").status_code == 200
        assert client.session["seen"] == seen
    assert client.get("/worklogs/").status_code == 200
    assert client.session["seen"] >= seen + 120


def test_what_a_transaction_takes_back_takes_its_files_along_whoever_wrote_them():
    street = build_street()
    exclusion = Exclusion.objects.create(appeal=make_appeal(street), reason="works", note="等管线改造")
    owners, before = [make_log(street).attachments, exclusion.evidence], kept_files()
    for rows in owners:
        with files_settled():
            assert len(seen_before_it_is_taken_back(rows, street) - before) == 1
        assert kept_files() == before
    with files_settled():
        keep(owners[0], street)
        seen_before_it_is_taken_back(owners[1], street)
    assert (LogAttachment.objects.count(), ExclusionEvidence.objects.count(), len(kept_files() - before)) == (1, 0, 1)


def seen_before_it_is_taken_back(rows, street):
    with transaction.atomic():
        keep(rows, street)
        transaction.set_rollback(True)
        return kept_files()


def keep(rows, street):
    return keep_file(rows, "pdf", ContentFile(b"%PDF-1.4 ", name="x"), name="甲.pdf", by=street.people["secretary"])


def test_a_file_that_a_row_names_stays_even_when_its_commit_was_not_heard_of():
    street, before = build_street(), kept_files()
    with transaction.atomic(), files_settled():
        keep(make_log(street).attachments, street)  # settled before the commit: only the row speaks for it
    assert len(kept_files() - before) == 1


def test_every_attachment_is_kept_in_the_store_that_settles():
    models = Evidence.__subclasses__()
    assert len(models) >= 4
    assert {field.model for field in attaching_fields()} == set(models)
    assert isinstance(attachment_store(), AttachmentStore)
    chain = settings.MIDDLEWARE
    assert {"districts.files.strays.FilesSettled", "yuqiao_portal.safeguards.not_taken.SaysSo"} < set(chain)


def test_which_errors_say_that_a_disk_is_full():
    codes = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EACCES, errno.EPIPE)
    assert [reason_of(OSError(code, "")) for code in codes] == [FULL, FULL, FULL, None, None, None]
    with pytest.raises(OSError, match="No space left") as met, open("/dev/full", "wb", buffering=0) as device:
        device.write(b"0")
    wrapped = RuntimeError("while saving")
    wrapped.__cause__ = met.value
    assert (reason_of(met.value), reason_of(wrapped)) == (FULL, FULL)
    for other in (
        OperationalError("x"),
        sqlite3.OperationalError("x"),
        psycopg2.DataError("x"),
        ValueError(errno.ENOSPC),
    ):
        assert reason_of(other) is None
    assert reason_of(psycopg2.OperationalError("x")) == BUSY
