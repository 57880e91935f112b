"""Refusals of settings, commands, help and backups: one sentence that says what is wrong, and nothing done."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from tests.cast import build_street, log_in, make_user
from yuqiao_portal import settings as portal
from yuqiao_portal.appointments.forms import ChangeForm
from yuqiao_portal.operations.archive import BackupRefused, read_manifest
from yuqiao_portal.operations.restoring import _has_tables

KEY = "only-for-this-test-0123456789-0123456789"


@pytest.mark.parametrize(
    ("name", "value", "read", "sentence"),
    [
        (
            "DJANGO_DEBUG",
            "yes",
            lambda: portal.read_flag("DJANGO_DEBUG", "0"),
            "DJANGO_DEBUG 只能是 0 或 1，现在是 'yes'。",
        ),
        ("X_HOUR", "24", lambda: portal.read_hour("X_HOUR", 8), "X_HOUR 应为 0 到 23 点，现在是 '24'。"),
        ("X_SECONDS", "0", lambda: portal.read_seconds("X_SECONDS", 9), "X_SECONDS 应为正整数（秒），现在是 '0'。"),
        ("X_SECONDS", "-5", lambda: portal.read_seconds("X_SECONDS", 9), "X_SECONDS 应为正整数（秒），现在是 '-5'。"),
        ("X_SECONDS", "五", lambda: portal.read_seconds("X_SECONDS", 9), "X_SECONDS 应为正整数（秒），现在是 '五'。"),
        ("DATABASE_URL", "mysql://x/y", portal.read_database, "DATABASE_URL 只支持 sqlite:///文件 或 postgres://… 。"),
        (
            "DJANGO_SECRET_KEY",
            "short",
            lambda: portal.read_secret_key(True, None),
            "DJANGO_SECRET_KEY 太短，至少 32 个字符。",
        ),
        (
            "CELERY_BROKER_URL",
            "kafka://x",
            portal.read_broker,
            "CELERY_BROKER_URL 只支持 memory://、redis://、amqp:// 。",
        ),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(monkeypatch, name, value, read, sentence):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    assert str(refused.value) == sentence


def test_a_key_is_made_for_the_demo_alone(monkeypatch, tmp_path):
    monkeypatch.delenv("DJANGO_SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="请设置 DJANGO_SECRET_KEY"):
        portal.read_secret_key(False, tmp_path)
    assert list(tmp_path.iterdir()) == []
    made = portal.read_secret_key(True, tmp_path)
    assert (len(made) >= 50, (tmp_path / "secret-key").stat().st_mode & 0o777) == (True, 0o600)
    assert portal.read_secret_key(False, tmp_path) == made


@pytest.mark.parametrize("address", ["/help/nothing/", "/help/images/nothing.png", "/help/images/Order.png"])
def test_a_page_of_help_that_is_not_there_is_not_found(street, client, address):
    log_in(client, street.people["worker"])
    assert client.get(address).status_code == 404


def change(street, **said):
    given = {
        "kind": "appoint",
        "user": make_user().pk,
        "post": "worker",
        "unit": street.units["东一社区"].pk,
        "on": "2026-10-01",
        "reason": "通委〔2026〕1号",
        **said,
    }
    return ChangeForm(given, user=street.people["office"])


def test_a_term_ends_after_it_begins(street):
    assert change(street).errors == {}
    assert change(street, until="2026-09-30").errors == {"until": ["任期截止日期早于到任日期。"]}
    assert change(street, is_acting="on").errors == {"until": ["代理须写明到哪一天为止。"]}


def test_a_change_that_cannot_be_done_says_why_on_the_page(street, client):
    log_in(client, street.people["office"])
    form = change(street, post="secretary").data
    answer = client.post("/appointments/prepare/", form)
    assert (answer.status_code, "在此期间已有名secretary" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: folder / "nothing.backup", "找不到备份文件"),
        (lambda folder: folder, "找不到备份文件"),
        (lambda folder: (folder / "x").write_bytes(b"PK") and folder / "x", "文件太短，不是完整的备份。"),
    ],
)
def test_what_is_no_backup_is_refused(tmp_path, make, sentence):
    with pytest.raises(BackupRefused, match=sentence):
        read_manifest(make(tmp_path))


@pytest.mark.django_db
def test_a_database_of_another_version_takes_no_backup():
    build_street()
    with pytest.raises(BackupRefused, match="目标数据库的表与备份不是同一版本"):
        _has_tables([["districts", "0001_ground"]])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "sentence"),
    [("backup", "没有备份成："), ("restore", "找不到备份文件")],
)
def test_a_command_about_backups_says_why_it_stops(tmp_path, command, sentence):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(CommandError, match=sentence):
        call_command(command, str(in_the_way / "below"))
