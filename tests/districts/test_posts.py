"""Posts: appointed by somebody else, by paper, for a time; what lapsed gives nothing whether or not a job ran."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from districts.access import AppointedUnitBackend
from districts.duties import POSTS
from districts.posts.appointing import appoint, dismiss
from districts.posts.models import Appointment, UnitUserPermission
from districts.units.models import Unit
from partybuilding.matters.logs.models import WorkLog
from tests.access.table import DUTIES
from tests.cast import LONG_AGO, make_log, make_user

TODAY = {"starts_on": date(2026, 1, 1), "reason": "任〔2026〕1号"}


def seen(user):
    return set(WorkLog.objects.where_user_may(user, "view").values_list("unit__name", flat=True))


def test_the_table_in_code_is_the_table_that_was_agreed():
    in_code = {p.value: {d.value: r.value for d, r in duties.items()} for p, (_, duties) in POSTS.items()}
    assert in_code == {**DUTIES, "council_member": {}}


@pytest.mark.parametrize(
    ("post", "unit", "sentence"),
    [
        ("secretary", "东中心", "“社区（村）书记”只能在社区、村任职，“东中心”是中心（片区）。"),
        (
            "secretary",
            "东一社区",
            "“东一社区”的“社区（村）书记”在此期间已有名secretary（2025-01-01 至 今），请先办理免去。",
        ),
        (
            "commissioner",
            "东中心",
            "“东中心”的“党建专员”在此期间已有名commissioner（2025-01-01 至 今），请先办理免去。",
        ),
    ],
)
def test_a_wrong_place_or_a_second_acting_holder_is_refused(street, post, unit, sentence):
    with pytest.raises(ValidationError) as refused:
        appoint(make_user(), post, street.units[unit], **TODAY)
    assert refused.value.messages == [sentence]


def test_the_same_person_is_not_appointed_twice_at_once(street):
    with pytest.raises(ValidationError) as refused:
        appoint(street.people["worker"], "worker", street.units["东一社区"], **TODAY)
    assert refused.value.messages == [
        "“东一社区”的“社区工作者、村干部”在此期间已有名worker（2025-01-01 至 今），请先办理免去。"
    ]


def test_nobody_appoints_or_dismisses_themself(street):
    someone = make_user()
    with pytest.raises(ValidationError) as refused:
        appoint(someone, "worker", street.units["东一社区"], by=someone, **TODAY)
    assert refused.value.messages == ["任何人不能给自己任职，请由另一位管理员办理。"]
    own = street.people["worker"].appointments.get()
    with pytest.raises(ValidationError) as refused:
        dismiss(own, on=timezone.localdate(), reason="辞", by=street.people["worker"])
    assert refused.value.messages == ["不能办理本人的免职。"]


def test_an_administrator_holds_no_post(street):
    with pytest.raises(ValidationError) as refused:
        appoint(street.people["sysadmin"], "worker", street.units["东一社区"], **TODAY)
    assert refused.value.messages == ["名sysadmin是系统管理员，管理员不能担任业务岗位。"]


def test_a_lapsed_appointment_sees_nothing_from_its_first_day_past_with_every_scheduler_stopped(street):
    make_log(street)
    someone = make_user()
    with time_machine.travel("2026-06-01 12:00+08:00"):
        appoint(someone, "worker", street.units["东一社区"], ends_on=date(2026, 6, 30), **TODAY)
    with time_machine.travel("2026-06-30 23:59+08:00"):
        assert seen(someone) == {"东一社区"}
    with time_machine.travel("2026-07-01 00:01+08:00"):
        assert UnitUserPermission.objects.filter(user=someone).exists()
        assert seen(someone) == set()
        assert not AppointedUnitBackend().has_perm(someone, "view", street.units["东一社区"])
    with time_machine.travel("2025-12-31 12:00+08:00"):
        assert seen(someone) == set()


def test_an_appointment_without_its_guardian_row_sees_nothing(street):
    make_log(street)
    UnitUserPermission.objects.filter(user=street.people["worker"]).delete()
    assert seen(street.people["worker"]) == set()


def test_who_sees_only_what_is_assigned_loses_it_with_the_row_the_day_or_the_account(street):
    make_log(street, "西中心", "commissioner")
    make_log(street, "西一社区", "far_secretary")
    someone = make_user()
    with time_machine.travel("2026-06-01 12:00+08:00"):
        appoint(someone, "lead_secretary", street.units["西中心"], ends_on=date(2026, 6, 30), **TODAY)
        assert seen(someone) == {"西中心"}
        type(someone).objects.filter(pk=someone.pk).update(is_active=False)
        assert seen(someone) == set()
        type(someone).objects.filter(pk=someone.pk).update(is_active=True)
        assert seen(someone) == {"西中心"}
    with time_machine.travel("2026-07-01 00:01+08:00"):
        assert seen(someone) == set()
    with time_machine.travel("2026-06-30 12:00+08:00"):
        UnitUserPermission.objects.filter(user=someone).delete()
        assert seen(someone) == set()


def test_two_posts_give_the_union(street):
    for unit, by in [("东二社区", "neighbour"), ("西一社区", "far_secretary"), ("东一社区", "secretary")]:
        make_log(street, unit, by)
    someone = make_user()
    appoint(someone, "worker", street.units["东二社区"], **TODAY)
    appoint(someone, "aide", street.units["西中心"], **TODAY)
    assert seen(someone) == {"东二社区", "西一社区"}


def test_an_inactive_account_sees_nothing(street):
    make_log(street)
    worker = street.people["worker"]
    assert seen(worker) == {"东一社区"}
    worker.is_active = False
    worker.save(update_fields=["is_active"])
    assert seen(worker) == set()


def test_a_row_goes_only_when_nothing_else_gives_it(street):
    someone = make_user()
    first = appoint(someone, "worker", street.units["东一社区"], **TODAY)
    second = appoint(someone, "deputy_secretary", street.units["东一社区"], **TODAY)
    yesterday = timezone.localdate() - timedelta(days=1)
    dismiss(second, on=yesterday, reason="免")
    duties = set(UnitUserPermission.objects.filter(user=someone).values_list("permission__codename", flat=True))
    assert duties == {"view", "log"}
    dismiss(first, on=yesterday, reason="免")
    assert not UnitUserPermission.objects.filter(user=someone).exists()


def test_check_access_finds_a_row_too_many_and_a_row_too_few(street):
    call_command("check_access")
    row = UnitUserPermission.objects.filter(user=street.people["worker"]).first()
    UnitUserPermission.objects.create(
        user=street.people["worker"], content_object=street.units["西中心"], permission=row.permission
    )
    row.delete()
    with pytest.raises(CommandError) as found:
        call_command("check_access")
    assert "派生权限有 2 处与任职不符" in str(found.value)


def test_a_damaged_tree_shows_less_never_more(street):
    """lft and rght are widened by SQL so that 东二社区 would lie inside 东一社区: the gate does not follow."""
    for unit, by in [("东一社区", "secretary"), ("东二社区", "neighbour")]:
        make_log(street, unit, by)
    assert seen(street.people["secretary"]) == {"东一社区"}
    Unit.objects.filter(name="东一社区").update(lft=1, rght=99)
    assert seen(street.people["secretary"]) == {"东一社区"}
    Unit.objects.filter(name="东二社区").update(parent=street.units["东一社区"])
    Unit.objects.filter(name="东一社区").update(lft=3, rght=6)
    assert seen(street.people["secretary"]) == {"东一社区"}


def test_create_admins_makes_three_and_never_a_second_set(street, capsys):
    from districts.posts.models import User

    User.objects.exclude(admin_role="").delete()
    call_command("create_admins")
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == ["系统管理员", "安全管理员", "安全审计员"]
    assert User.objects.exclude(admin_role="").filter(must_change_password=True).count() == 3
    call_command("create_admins")
    assert User.objects.exclude(admin_role="").count() == 3


def test_appointments_keep_when_they_held_and_when_they_were_entered(street):
    row = Appointment.objects.get(user=street.people["worker"])
    assert row.starts_on == LONG_AGO
    assert row.entered_at.date() >= date(2026, 1, 1)
