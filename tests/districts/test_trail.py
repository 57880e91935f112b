"""The audit trail: what is recorded, that nobody changes it, and that every change past the triggers is found."""

import random
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from districts.posts.appointing import appoint
from districts.trail.anchors import anchor_path, write_anchor
from districts.trail.models import Event
from districts.trail.recording import record_event
from districts.trail.triggers import drop_triggers, set_triggers
from districts.trail.verifying import trail_faults
from districts.units.tree import rename_unit
from tests.cast import LONG_AGO, log_in, make_log, make_user
from tests.soak.sizes import size

pytestmark = pytest.mark.django_db


def kinds():
    return [(e.kind, e.subject) for e in Event.objects.order_by("serial")]


def test_events_are_numbered_and_sealed_and_name_who_under_which_post_from_where(street, client):
    log_in(client, street.people["office"])
    make_log(street)
    client.get("/worklogs/export/", headers={"X-Real-IP": "10.9.9.9"})
    event = Event.objects.order_by("serial").last()
    assert (event.kind, event.subject, event.actor.username) == (
        "export",
        f"工作日志_{timezone.localdate()}.xlsx，1 行",
        "office",
    )
    assert event.under == "槐花街道党建工作协调委员会·党群办·考核工作小组"
    assert event.address == "127.0.0.1"  # what a stranger claims of itself does not count without a proxy of ours
    assert list(Event.objects.order_by("serial").values_list("serial", flat=True)) == list(
        range(1, Event.objects.count() + 1)
    )
    write_anchor()
    assert trail_faults() == []


def test_what_changes_power_or_structure_is_recorded(street):
    before = Event.objects.count()
    rename_unit(
        street.units["东二社区"], "东二新社区", on=timezone.localdate(), reason="批复", by=street.people["sysadmin"]
    )
    appoint(
        make_user("new"), "worker", street.units["西村"], starts_on=LONG_AGO, reason="任", by=street.people["secadmin"]
    )
    assert kinds()[before:] == [
        ("structure", f"东二社区 更名为 东二新社区，自 {timezone.localdate()}，依据：批复"),
        ("post", "任命 名new（西村 · 社区工作者、村干部），自 2025-01-01，依据：任"),
    ]


def test_log_ins_refusals_and_leaving_are_recorded_and_no_password_is(street, client):
    from tests.cast import PASSWORD

    before = Event.objects.count()
    client.post("/login/", {"username": "worker", "password": "wrong-Secret-99"})
    client.post("/login/", {"username": "nobody-here", "password": "wrong-Secret-99"})
    client.post("/login/", {"username": "worker", "password": PASSWORD})
    client.post("/logout/")
    assert kinds()[before:] == [
        ("login_refused", "密码不对：worker"),
        ("login_refused", "没有这个用户名或工号"),
        ("login", "worker 登录"),
        ("logout", "worker 退出"),
    ]
    assert not Event.objects.filter(subject__contains="wrong-Secret").exists()


def test_a_refused_change_leaves_no_event(street):
    before = Event.objects.count()
    with transaction.atomic():
        record_event("setting", "将被退回")
        transaction.set_rollback(True)
    assert Event.objects.count() == before


def write_raw(event):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE districts_event SET subject = 'x'")


ACTS = {
    "save": lambda event: event.save(),
    "bulk": lambda event: Event.objects.update(outcome="改"),
    "delete": lambda event: event.delete(),
    "bulk_update": lambda event: Event.objects.bulk_update([event], ["subject"]),
    "raw": write_raw,
}


@pytest.mark.parametrize("act", ACTS)
def test_the_database_refuses_change_and_removal(act):
    event = record_event("setting", "原话")
    with pytest.raises(DatabaseError), transaction.atomic():
        ACTS[act](event)
    assert Event.objects.get(pk=event.pk).subject == "原话"
    write_anchor()
    assert trail_faults() == []


def test_missing_triggers_are_reported():
    record_event("setting", "一")
    write_anchor()
    drop_triggers(connection)
    assert trail_faults() == ["数据库缺少防改触发器 trail_no_delete。", "数据库缺少防改触发器 trail_no_update。"]
    set_triggers(connection)


def test_a_cut_or_rewritten_end_contradicts_the_anchor_outside(settings):
    for n in range(5):
        record_event("setting", f"第{n}件")
    assert write_anchor() is True
    assert write_anchor() is False  # once a day
    assert trail_faults() == []
    drop_triggers(connection)
    Event.objects.filter(serial__gt=3).delete()
    record_event("setting", "顶替")
    record_event("setting", "顶替")
    set_triggers(connection)
    day = f"{timezone.localdate():%Y-%m-%d}"
    assert trail_faults() == [f"{day} 的库外锚点与第 5 条记录不符：记录被整段改写或截去。"]
    assert anchor_path().read_text().startswith(day)


@pytest.mark.django_db(transaction=True)
def test_a_missing_anchor_is_said_unless_the_trail_was_never_started(capsys):
    call_command("verify_log")
    assert capsys.readouterr().out == "审计记录完好，共 0 条。\n"
    make_user()
    for n in range(3):
        record_event("setting", f"第{n}件")
    assert anchor_path().read_text().split()[1] == "1"  # written with the very first event
    assert write_anchor() is True  # and once more on the first day, when there is more to hold
    call_command("verify_log")
    anchor_path().unlink()
    with pytest.raises(CommandError, match="库外锚点不见了"):
        call_command("verify_log")
    drop_triggers(connection)
    Event.objects.all().delete()
    set_triggers(connection)
    with pytest.raises(CommandError, match="库外锚点不见了"):
        call_command("verify_log")


TAMPERS = ["subject", "outcome", "kind", "address", "under", "at", "actor", "seal", "serial", "removed", "swapped"]


def tamper(rng, people):
    """Change one random thing past the triggers; returns how to take it back."""
    row = Event.objects.get(serial=rng.randint(1, Event.objects.count()))
    rows = Event.objects.filter(pk=row.pk)
    what = rng.choice(TAMPERS)
    if what == "removed":
        rows.delete()
    elif what == "swapped":
        other = Event.objects.exclude(pk=row.pk).order_by("?").first()
        rows.update(subject=other.subject + "换")
    elif what == "at":
        rows.update(at=row.at + timedelta(microseconds=rng.randint(1, 10**6)))
    elif what == "actor":
        rows.update(actor=rng.choice([p for p in people if p.pk != row.actor_id]))
    elif what == "serial":
        rows.update(serial=10**6 + row.serial)
    elif what == "seal":
        rows.update(seal=f"{rng.getrandbits(256):064x}")
    else:
        rows.update(**{what: "窜"})
    return lambda: (Event.objects.filter(pk=row.pk).delete(), row.save(force_insert=True))


def test_every_random_tamper_is_found_and_none_is_invented():
    people = [make_user() for _ in range(3)]
    for n in range(40):
        record_event("setting", f"第{n}件", by=people[n % 3])
    assert write_anchor() is True  # a cut end shows only against an anchor
    assert trail_faults() == []
    drop_triggers(connection)
    rng, missed = random.Random(7), []
    for _ in range(size(short=60, sample=600, full=10_000)):
        undo = tamper(rng, people)
        seen = [fault for fault in trail_faults() if "触发器" not in fault]
        missed += [] if seen else [1]
        undo()
    assert missed == []
    set_triggers(connection)
    assert trail_faults() == []
