"""岗位与权限: prepared by one, authorised by another, its difference shown first; nobody rises by their own hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.duties import Duty
from districts.posts.changes import authorise_change, difference_of, prepare_change, refuse_change, withdraw_change
from districts.posts.models import Appointment, AppointmentChange
from districts.units.models import Unit
from tests.cast import log_in, make_user

ON = date(2026, 12, 1)


def change_of(street, login="worker", post="secretary", unit="东二社区", **fields):
    given = {"kind": "appoint", "on": ON, "reason": "通委〔2026〕8号", **fields}
    return AppointmentChange(user=street.people[login], post=post, unit=street.units[unit], **given)


def test_the_difference_is_shown_and_nothing_happens_yet(street):
    found = difference_of(change_of(street, replaces=True))
    assert found.posts == [
        "名neighbour（东二社区 · 社区（村）书记） 到 2026-11-30 止",
        "名worker（东二社区 · 社区（村）书记） 自 2026-12-01 起",
    ]
    assert found.gains == ["名worker：东二社区及以下 · 查看、记录、办理、交办"]
    assert found.losses == ["名neighbour：东二社区及以下 · 查看、记录、办理、交办"]
    assert Appointment.objects.filter(starts_on=ON).count() == 0


def test_prepared_gives_nothing_authorised_does(street):
    change = prepare_change(change_of(street, on=timezone.localdate(), replaces=True), by=street.people["office"])
    reach = Unit.objects.where_user_may(street.people["worker"], Duty.ISSUE)
    assert not reach.filter(name="东二社区").exists()
    done = authorise_change(change, street.people["secadmin"])
    assert (done.state, done.decided_by.username) == ("done", "secadmin")
    assert reach.filter(name="东二社区").exists()
    appointment = Appointment.objects.get(user=street.people["worker"], post="secretary")
    assert (appointment.entered_by.username, appointment.reason) == ("secadmin", "通委〔2026〕8号")
    assert Appointment.objects.get(user=street.people["neighbour"]).ends_on == timezone.localdate() - timedelta(days=1)


def test_a_dismissal_is_a_change_too(street):
    change = prepare_change(
        change_of(street, "neighbour", kind="dismiss", on=timezone.localdate()), by=street.people["office"]
    )
    assert difference_of(change).losses == ["名neighbour：东二社区及以下 · 查看、记录、办理、交办"]
    authorise_change(change, street.people["secadmin"])
    assert Appointment.objects.get(user=street.people["neighbour"]).ended_reason == "通委〔2026〕8号"


@pytest.mark.parametrize(
    ("login", "sentence"),
    [
        ("office", "权限由安全管理员开通。"),
        ("sysadmin", "权限由安全管理员开通。"),
        ("worker", "权限由安全管理员开通。"),
    ],
)
def test_only_the_security_administrator_decides(street, login, sentence):
    change = prepare_change(change_of(street, replaces=True), by=street.people["office"])
    with pytest.raises(ValidationError, match=sentence):
        authorise_change(change, street.people[login])
    with pytest.raises(ValidationError, match=sentence):
        refuse_change(change, street.people[login], "不合适")
    change.refresh_from_db()
    assert change.state == "prepared"


def test_nobody_rises_by_their_own_hand(street):
    with pytest.raises(ValidationError, match="不能拟办本人的岗位与权限"):
        prepare_change(
            change_of(street, "office", post="street_leader", unit="槐花街道党建工作协调委员会"),
            by=street.people["office"],
        )
    mine = prepare_change(change_of(street, replaces=True), by=street.people["secadmin"])
    with pytest.raises(ValidationError, match="不能开通自己拟办的"):
        authorise_change(mine, street.people["secadmin"])
    assert Appointment.objects.filter(starts_on=ON).count() == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "在此期间已有名neighbour"),
        ({"unit": "东中心"}, "只能在社区、村任职"),
        ({"kind": "dismiss"}, "名worker没有在“东二社区”任"),
    ],
)
def test_what_cannot_be_done_is_not_prepared(street, fields, sentence):
    with pytest.raises(ValidationError, match=sentence):
        prepare_change(change_of(street, **fields), by=street.people["office"])
    assert AppointmentChange.objects.count() == 0


def test_a_decided_change_is_decided_once(street):
    change = prepare_change(change_of(street, replaces=True), by=street.people["office"])
    with pytest.raises(ValidationError, match="同样的事项已经拟办"):
        prepare_change(change_of(street, replaces=True), by=street.people["office"])
    with pytest.raises(ValidationError, match="请写明不同意的原因。"):
        refuse_change(change, street.people["secadmin"], " ")
    refuse_change(change, street.people["secadmin"], "缺任职文件")
    for again in (authorise_change, withdraw_change):
        with pytest.raises(ValidationError, match="现在是“不同意”，不能再办"):
            again(change, street.people["secadmin"])


def test_the_table_prepares_one_row_with_its_difference_before(street, client):
    log_in(client, street.people["office"])
    row = {
        "kind": "appoint",
        "user": street.people["worker"].pk,
        "post": "secretary",
        "unit": street.units["东二社区"].pk,
        "on": ON,
        "replaces": "on",
        "reason": "通委〔2026〕8号",
    }
    shown = client.post("/appointments/preview/", row).content.decode()
    assert "增加：名worker：东二社区及以下 · 查看、记录、办理、交办" in shown
    assert AppointmentChange.objects.count() == 0
    refused = client.post("/appointments/preview/", {**row, "replaces": ""}).content.decode()
    assert "现在办不了：“东二社区”的“社区（村）书记”在此期间已有名neighbour" in refused
    page = client.post("/appointments/prepare/", {**row, "reason": ""})
    assert (page.status_code, "请填写文件或依据。" in page.content.decode()) == (422, True)
    assert client.post("/appointments/prepare/", row).status_code == 302
    page = client.get("/appointments/").content.decode()
    assert "任命 名worker 东二社区·社区（村）书记" in page
    assert "空缺" in page  # 西村 has no secretary
    assert client.post(f"/appointments/{AppointmentChange.objects.get().pk}/withdraw/").status_code == 302
    assert AppointmentChange.objects.get().state == "withdrawn"


def test_the_table_offers_nobody_of_another_street_and_no_administrator(street, client):
    log_in(client, street.people["office"])
    fresh = make_user("fresh")
    fields = client.get("/appointments/").context["form"].fields
    offered = set(fields["user"].queryset)
    assert {unit.get_root().name for unit in fields["unit"].queryset} == {"槐花街道党建工作协调委员会"}
    assert fresh in offered
    assert {street.people["stranger"], street.people["secadmin"], street.people["office"]} & offered == set()


def test_a_vacant_post_is_acted_for_until_a_day_and_stays_to_be_filled(street, client):
    eve = ON - timedelta(days=1)
    gone = change_of(street, "neighbour", kind="dismiss", on=eve)
    authorise_change(prepare_change(gone, by=street.people["office"]), street.people["secadmin"])
    with pytest.raises(ValidationError, match="代理须写明到哪一天为止。"):
        difference_of(change_of(street, is_acting=True))
    acting = change_of(street, is_acting=True, until=ON + timedelta(days=30))
    authorise_change(prepare_change(acting, by=street.people["office"]), street.people["secadmin"])
    held = Appointment.objects.get(user=street.people["worker"], post="secretary")
    assert (held.called, held.ends_on) == ("代理社区（村）书记", ON + timedelta(days=30))
    with time_machine.travel(datetime(ON.year, ON.month, ON.day, 4, tzinfo=UTC), tick=False):
        assert Unit.objects.where_user_may(street.people["worker"], Duty.ISSUE).filter(name="东二社区").exists()
        page = log_in(client, street.people["office"]).get("/appointments/?vacant=1").content.decode()
    assert "代理社区（村）书记" in page
    assert f"?kind=appoint&amp;post=secretary&amp;unit={street.units['东二社区'].pk}" in page


def test_a_form_for_an_acting_post_without_an_end_says_so(street, client):
    form = {"kind": "appoint", "user": street.people["aide"].pk, "post": "worker", "unit": street.units["西村"].pk}
    form |= {"on": ON, "reason": "通委〔2026〕8号", "is_acting": "on"}
    response = log_in(client, street.people["office"]).post("/appointments/prepare/", form)
    assert response.status_code == 422
    assert response.context["form"].errors == {"until": ["代理须写明到哪一天为止。"]}
    assert AppointmentChange.objects.count() == 0
