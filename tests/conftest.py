"""What every test may use, and the loud word on what this machine cannot run."""

import os
import shutil
import socket
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.cast import build_street

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


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
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        missing["postgres"] = "DATABASE_URL 没有指向 PostgreSQL"
    if not _answers(os.environ.get("REDIS_URL", "")):
        missing["redis"] = "REDIS_URL 处没有 Redis"
    if not _answers(os.environ.get("AMQP_URL", "")):
        missing["rabbitmq"] = "AMQP_URL 处没有 RabbitMQ"
    if not CHROMIUM:
        missing["browser"] = "没有安装 Chromium"
    return missing


def pytest_collection_modifyitems(config, items):
    missing, kept, gone = _missing(), [], []
    for item in items:
        lacks = [m for m in missing if item.get_closest_marker(m)]
        (gone if lacks else kept).append(item)
        for marker in lacks:
            config.stash.setdefault(DESELECTED, {}).setdefault(marker, []).append(item.nodeid)
    items[:] = kept
    if gone:
        config.hook.pytest_deselected(items=gone)
    config.stash[REASONS] = missing


DESELECTED = pytest.StashKey()
REASONS = pytest.StashKey()


def pytest_report_header(config):
    return [f"数据库：{settings.DATABASES['default']['ENGINE']}"] + [
        f"!!! 本机不能运行标记为 {marker} 的测试：{why}" for marker, why in _missing().items()
    ]


def pytest_terminal_summary(terminalreporter, config):
    """Said again at the end, where it is seen."""
    for marker, why in _missing().items():
        terminalreporter.write_line(f"!!! 未运行：标记 {marker} 的测试（{why}）", yellow=True, bold=True)


@pytest.fixture(autouse=True)
def _no_cached_content_types():
    """A flushed database gives content types new ids."""
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.clear_cache()


@pytest.fixture
def street(db):
    """The cast: a street with two centres, a neighbour street, and a person in every post."""
    return build_street()
