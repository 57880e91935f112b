"""Whoever waits for the database is answered in words after a while, keeps what was typed, and nothing is half saved."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from districts.trail.models import Event
from partybuilding.matters.logs.models import WorkLog
from tests.cast import build_street, log_in
from tests.processes import ROOT, environment
from tests.waiting import SHORT, another_connection, rows_of_logs_held, waiting_as, writers_held_up
from yuqiao_portal.safeguards.busy import says_busy
from yuqiao_portal.safeguards.not_taken import BUSY, reason_of
from yuqiao_portal.safeguards.waits import JOBS, PAGES, Waits, bounded, wait_as

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "系统正忙，请稍后再试，您填的内容还在"


def test_how_long_anybody_waits():
    assert Waits(lock=5, statement=30, idle_in_transaction=30, writer=10) == PAGES
    assert min(JOBS) > 0
    assert all(job > page for job, page in zip(JOBS, PAGES, strict=True))


LIMITS = {
    "postgresql": "SELECT name, setting FROM pg_settings WHERE name LIKE '%\\_timeout' AND setting <> '0' AND context = 'user'",
    "sqlite": "SELECT 'busy', timeout FROM pragma_busy_timeout",
}


@pytest.mark.parametrize(
    ("who", "limits"),
    [
        (
            "import yuqiao_portal.wsgi",
            {
                "postgresql": {
                    "idle_in_transaction_session_timeout": 30_000,
                    "lock_timeout": 5_000,
                    "statement_timeout": 30_000,
                },
                "sqlite": {"busy": 10_000},
            },
        ),
        (
            "import django; django.setup()",
            {
                "postgresql": {
                    "idle_in_transaction_session_timeout": 14_400_000,
                    "lock_timeout": 1_800_000,
                    "statement_timeout": 14_400_000,
                },
                "sqlite": {"busy": 60_000},
            },
        ),
    ],
)
def test_pages_and_jobs_have_limits_of_their_own(who, limits):
    code = f"""{who}
import json
from django.db import connection
cursor = connection.cursor()
cursor.execute({LIMITS[connection.vendor]!r})
print(json.dumps(dict(cursor.fetchall())))"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, check=True)
    found = {name: int(value) for name, value in json.loads(done.stdout).items()}
    assert {name: found.get(name) for name in limits[connection.vendor]} == limits[connection.vendor]


def test_a_worker_inside_the_web_process_waits_as_jobs_do():
    from yuqiao_portal.embedded import _work

    class Worker:
        def start(self):
            self.waits = connection.settings_dict["OPTIONS"]

    worker = Worker()
    with waiting_as(PAGES):
        _work(worker)
        assert worker.waits == bounded(connection.settings_dict, JOBS)["OPTIONS"]


def test_a_log_in_that_waits_is_told_and_succeeds_later():
    person = build_street().people["secretary"]
    person.set_password("a-password-of-this-test")
    person.save()
    typed = {"username": person.username, "password": "a-password-of-this-test"}
    with writers_held_up(), waiting_as(SHORT):
        held = Client().post("/login/", typed)
        read = Client().get("/login/")
    assert (held.status_code, held.headers["Retry-After"], read.status_code) == (503, "10", 200)
    assert f"<h1>{SENTENCE}</h1>" in held.content.decode()
    assert Event.objects.filter(kind="login").count() == 0
    assert Client().post("/login/", typed).status_code == 302


def send(client, **headers):
    unit = WorkLog._meta.get_field("unit").related_model.objects.get(name="东一社区")
    facts = {"text": "清出堆物三处", "happened_on": timezone.localdate(), "unit": unit.pk, "order": "", "once": "t1"}
    where = {"Referer": "http://testserver/worklogs/new/?order=3"}
    return client.post("/worklogs/new/", facts, headers=where | headers)


def test_a_form_that_waits_leads_back_to_itself_and_nothing_is_half_saved():
    client = log_in(Client(), build_street().people["secretary"])
    with rows_of_logs_held(), waiting_as(SHORT):
        held = send(client)
        part = send(client, **{"HX-Request": "true"})
        poll = send(client, **{"HX-Request": "true", "X-Poll": "1"})
    page = held.content.decode()
    assert (held.status_code, page.count(SENTENCE)) == (503, 1)
    assert 'href="/worklogs/new/?order=3">回到刚才的页面</a>' in page
    assert (part.status_code, part.headers["HX-Retarget"], part.headers["HX-Reswap"]) == (503, "#main", "afterbegin")
    assert part.content.decode().startswith(f'<p class="notice notice-error" role="alert">{SENTENCE}')
    assert (poll.status_code, poll.content) == (503, b"")
    assert WorkLog.objects.count() == 0
    assert send(client).status_code == 302
    assert WorkLog.objects.count() == 1


def test_pages_are_read_while_nobody_can_write():
    client = log_in(Client(), build_street().people["secretary"])
    session = client.session
    session["seen"] = seen = session["seen"] - 120
    session.save()
    with sessions_held(), waiting_as(SHORT):
        assert client.get("/worklogs/").status_code == 200
        assert client.session["seen"] == seen


def sessions_held():
    if connection.vendor == "sqlite":
        return writers_held_up()
    other = another_connection()
    other.cursor().execute("LOCK TABLE django_session IN EXCLUSIVE MODE")
    return closing(other)


def test_what_is_no_waiting_stays_a_fault():
    client = log_in(Client(raise_request_exception=False), build_street().people["secretary"])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE partybuilding_worklog RENAME TO gone")
        try:
            assert client.get("/worklogs/").status_code == 500
        finally:
            cursor.execute("ALTER TABLE gone RENAME TO partybuilding_worklog")


@pytest.mark.postgresql
def test_a_statement_that_runs_too_long_is_ended_and_the_page_says_so():
    client = log_in(Client(), build_street().people["secretary"])
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); END $$"
        )
        cursor.execute(
            "CREATE TRIGGER dawdle BEFORE INSERT ON partybuilding_worklog FOR EACH ROW EXECUTE FUNCTION dawdle()"
        )
    try:
        with waiting_as(SHORT):
            assert send(client).status_code == 503
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION dawdle() CASCADE")
    assert send(client).status_code == 302


@pytest.mark.postgresql
def test_a_transaction_that_does_nothing_is_ended():
    with waiting_as(SHORT):
        with pytest.raises(OperationalError) as ended:
            begin_and_do_nothing()
        assert reason_of(ended.value) == BUSY
        assert WorkLog.objects.count() == 0


@transaction.atomic
def begin_and_do_nothing():
    WorkLog.objects.count()
    until_ended(connection.connection.info.backend_pid)
    WorkLog.objects.count()


def until_ended(pid):
    with closing(another_connection()) as other:
        other.autocommit = True
        cursor, there = other.cursor(), True
        while there:
            cursor.execute("SELECT pg_sleep(0.05), (SELECT count(*) FROM pg_stat_activity WHERE pid = %s)", [pid])
            there = cursor.fetchone()[1]


@pytest.mark.postgresql
def test_without_a_connection_left_every_page_and_the_monitor_say_503():
    client = log_in(Client(raise_request_exception=False), build_street().people["secretary"])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE few_{os.getpid()} LOGIN SUPERUSER CONNECTION LIMIT 0")
    known = dict(connection.settings_dict)
    limited = {**known, "USER": f"few_{os.getpid()}"}
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER ROLE few_{os.getpid()} NOSUPERUSER")
        connection.close()
        connection.settings_dict = limited
        for address in ("/", "/worklogs/", "/login/", "/healthz/ready"):
            assert (address, client.get(address).status_code) == (address, 503)
            assert (address, Client(raise_request_exception=False).get(address).status_code) in {
                (address, 503),
                ("/", 302),
                ("/worklogs/", 302),
            }
        assert client.get("/healthz/live").status_code == 200
    finally:
        connection.close()
        connection.settings_dict = known
        with connection.cursor() as cursor:
            cursor.execute(f"DROP ROLE few_{os.getpid()}")
    assert client.get("/worklogs/").status_code == 200


def test_a_monitor_is_answered_without_a_session():
    client = log_in(Client(), build_street().people["secretary"])
    with sessions_held_for_readers(), waiting_as(SHORT):
        for address in ("/healthz/live", "/healthz/ready"):
            answer = client.get(address)
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def sessions_held_for_readers():
    if connection.vendor == "sqlite":
        return writers_held_up()
    other = another_connection()
    other.cursor().execute("LOCK TABLE django_session, districts_user IN ACCESS EXCLUSIVE MODE")
    return closing(other)


def test_which_errors_say_busy():
    for error in (psycopg2.OperationalError("x"), psycopg2.InterfaceError("connection already closed")):
        assert says_busy(error)
    for error in (
        psycopg2.ProgrammingError("x"),
        sqlite3.OperationalError("no such table"),
        OSError("x"),
        ValueError(),
    ):
        assert not says_busy(error)
    with closing(shared()) as one, closing(shared()) as two:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as met:
            two.execute("BEGIN IMMEDIATE")
    assert says_busy(met.value)  # of its extended codes, one that SQLite says of a shared cache


def shared():
    return sqlite3.connect("file:shared?mode=memory&cache=shared", uri=True, timeout=0)


def test_a_connection_waits_as_it_is_told():
    wait_as(connection, PAGES)
    try:
        assert connection.settings_dict["OPTIONS"] == bounded(connection.settings_dict, PAGES)["OPTIONS"]
    finally:
        wait_as(connection, JOBS)
