"""What every test may use, and the loud word on what this machine cannot run."""

import gc
import os
import shutil
import socket
import subprocess
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import override_settings

from tests import migrated
from tests.access.sampling import asks_all, matrix_seed
from tests.cast import build_street

CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or shutil.which("chromium-browser"))
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def _answers(url):
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), 1).close()
    except (OSError, TypeError):
        return False
    return True


def _missing():
    """Marker to what this machine lacks for it."""
    missing = {}
    if not _answers(os.environ.get("REDIS_URL", "")):
        missing["redis"] = "REDIS_URL 处没有 Redis"
    if not _answers(os.environ.get("AMQP_URL", "")):
        missing["rabbitmq"] = "AMQP_URL 处没有 RabbitMQ"
    if not CHROMIUM:
        missing["browser"] = "没有安装 Chromium"
    if not _has_namespaces():
        missing["namespace"] = "不允许进程用自己的网络（unshare -rn）"
    if not (NGINX and shutil.which("openssl")):
        missing["nginx"] = "没有安装 nginx 或 openssl"
    return missing


@cache
def _has_namespaces():
    unshare = shutil.which("unshare")
    return bool(unshare) and subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode == 0


def _on_postgresql():
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


def pytest_collection_modifyitems(config, items):
    missing = {*_missing(), "one_database" if _on_postgresql() else "postgresql"}
    gone = {
        item
        for item in items
        if any(item.get_closest_marker(marker) for marker in missing)
        or (_on_postgresql() and not _may_ask_a_database(item))
    }
    items[:] = [item for item in items if item not in gone]
    if gone:
        config.hook.pytest_deselected(items=list(gone))


def _may_ask_a_database(item):
    """Without a word of it pytest-django refuses every query, so that no database makes a difference to a test."""
    marked = any(item.get_closest_marker(marker) for marker in ("django_db", "postgresql", "redis", "rabbitmq"))
    return marked or bool({"db", "transactional_db", "live_server"} & set(item.fixturenames))


def pytest_collection_finish(session):
    """What is loaded by now stays: it is not looked through again and again for what could be thrown away."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_report_header(config):
    return (
        [f"数据库：{settings.DATABASES['default']['ENGINE']}"]
        + [f"!!! 本机不能运行标记为 {marker} 的测试：{why}" for marker, why in _missing().items()]
        + [f"访问矩阵：MATRIX_SEED={matrix_seed()}"]
    )


def pytest_terminal_summary(terminalreporter, config):
    """Said again at the end, where it is seen."""
    for marker, why in _missing().items():
        terminalreporter.write_line(f"!!! 未运行：标记 {marker} 的测试（{why}）", yellow=True, bold=True)
    if not _on_postgresql():
        terminalreporter.write_line(
            "!!! 本次在 SQLite 上运行，标记 postgresql 的测试没有运行；设 DATABASE_URL=postgres://… 可在 PostgreSQL 上再运行一遍"
        )

    if _on_postgresql():
        terminalreporter.write_line("不随数据库变的（不用数据库的，和标记 one_database 的）只在 SQLite 上运行")
    if _on_postgresql() and not asks_all():
        terminalreporter.write_line(
            f"访问矩阵：PostgreSQL 上只问网页的四分之一；重现：MATRIX_SEED={matrix_seed()}；全问：make matrix"
        )


def pytest_sessionfinish(session, exitstatus):
    """Where everything must run (REQUIRE_ALL=1), a test left out is a failure."""
    if os.environ.get("REQUIRE_ALL") == "1" and _missing() and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def making():
    """What is held until the database stands."""
    with ExitStack() as held:
        yield held


@pytest.fixture(scope="session")
def database_found(request, making, django_db_createdb, django_db_modify_db_settings):
    """What is there before anything is made: "nothing", a "copy" of the migrated one, or what may be used "again" (SQLite)."""
    from django.db import connection

    path = Path(connection.settings_dict["TEST"]["NAME"] or "")
    if django_db_createdb:
        yield "nothing"
    elif connection.vendor == "postgresql":
        if request.config.getvalue("reuse_db"):  # one's own, for longer than a run
            yield "again"
            return
        making.enter_context(migrated.by_one())
        connection.settings_dict["TEST"]["TEMPLATE"] = found = migrated.template(connection.settings_dict)
        yield "copy" if found else "nothing"
    elif path.exists():
        yield "again"
    else:
        making.enter_context(migrated.by_one())
        found = migrated.copied_to(path)
        yield "copy" if found else "nothing"
        if found and not request.config.getvalue("reuse_db"):
            path.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, database_found):
    from django.db import connection

    return django_db_keepdb or (connection.vendor == "sqlite" and database_found == "copy")


@pytest.fixture(scope="session")
def django_db_setup(making, database_found, django_db_setup, django_db_blocker):
    """A database that is used again may have been left without the trail's triggers."""
    from django.db import connection

    from districts.trail.triggers import drop_triggers, set_triggers

    with django_db_blocker.unblock():
        if database_found == "nothing":
            migrated.keep(connection)
        making.close()
        if connection.vendor == "postgresql":
            _do_not_wait_for_the_disk(connection)
        drop_triggers(connection)
        set_triggers(connection)


def _do_not_wait_for_the_disk(connection):
    """For this database of tests alone: nothing in it needs to survive a power cut."""
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{connection.settings_dict["NAME"]}" SET synchronous_commit TO off')
    connection.close()  # the next ones begin so


@pytest.fixture(autouse=True)
def _no_cached_content_types():
    """A flushed database gives content types new ids."""
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.clear_cache()


@pytest.fixture(autouse=True)
def _trail_may_be_emptied(request):
    """A test that commits is cleaned up by emptying every table; the trail's triggers stand aside for that alone."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not (commits or (marker and marker.kwargs.get("transaction"))):
        yield
        return
    from django.db import connection

    from districts.trail.triggers import drop_triggers, set_triggers

    request.getfixturevalue("transactional_db")
    drop_triggers(connection)
    set_triggers(connection)
    yield
    drop_triggers(connection)  # such tests come last (pytest-django), each sets them again for itself


@pytest.fixture(autouse=True)
def _anchors_of_its_own(tmp_path_factory):
    """The trail of one test must not be held against the anchors of another."""
    with override_settings(ANCHOR_DIR=tmp_path_factory.mktemp("anchors")):
        yield


@pytest.fixture
def street(db):
    """The cast: a street with two centres, a neighbour street, and a person in every post."""
    return build_street()


@pytest.fixture
def prepared(tmp_path):
    """Gives addresses of SQLite databases that hold their tables and no work; of empty ones where none was kept yet."""

    def address(name):
        migrated.copied_to(tmp_path / f"{name}.sqlite3")
        return f"sqlite:///{tmp_path}/{name}.sqlite3"

    return address
