"""代录 and 临时授权: what is lent names both people, reaches no further than the lender, ends by itself, and is never for oneself."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.access import appointments_of, held_posts
from districts.duties import Duty
from districts.posts.appointing import access_faults, appoint, dismiss
from districts.posts.explaining import givers_of
from districts.posts.lending import delegate_post, end_lent, grant_duty
from districts.posts.models import Appointment, Delegation, Grant, UnitUserPermission, User
from districts.units.models import Unit
from districts.workflow import NotYours, StepRefused
from partybuilding.matters.logs.actions import write_log
from partybuilding.matters.orders import actions
from tests.cast import log_in, make_log, make_order, make_user, share_of

TODAY, SPAN = timezone.localdate, {"reason": "会议议定"}


def lend(street, post_of="secretary", to="far_secretary", days=30):
    today = TODAY()
    post = street.people[post_of].appointments.get()
    return delegate_post(post, street.people[to], starts_on=today, ends_on=today + timedelta(days=days), **SPAN)


def reach(user, duty):
    return set(Unit.objects.where_user_may(user, duty).values_list("name", flat=True))


def test_a_delegate_reaches_what_the_lender_reaches_but_never_accepts_or_signs(street):
    lend(street, "leader", "aide")
    everything = reach(street.people["leader"], Duty.VIEW)
    assert reach(street.people["aide"], Duty.VIEW) == everything
    assert reach(street.people["aide"], Duty.ISSUE) == everything
    assert reach(street.people["aide"], Duty.ACCEPT) == set()
    assert reach(street.people["aide"], Duty.SIGN) == set()
    assert access_faults() == []


def test_a_step_entered_for_another_names_both_and_the_basis(street):
    share = share_of(make_order(street), "东一社区")
    lend(street)
    with pytest.raises(StepRefused, match="代名secretary签收，请选择依据"):
        actions.receive(share, street.people["far_secretary"])
    step = actions.receive(share, street.people["far_secretary"], basis="note")
    assert (step.by.username, step.for_whom.username, step.basis) == ("far_secretary", "secretary", "note")
    assert step.appointment.unit.name == "东一社区"


def test_who_may_act_both_ways_chooses_for_whom(street, client):
    """The deputy holds the duty too: alone it is their own step, and may be said to be the secretary's."""
    share = share_of(make_order(street), "东一社区")
    lent = lend(street, "secretary", "deputy")
    log_in(client, street.people["deputy"])
    page = client.get(f"/orders/{share.order_id}/").content.decode()
    assert "代名secretary（东一社区 · 社区（村）书记）" in page
    prefix = f"receive-{share.pk}"
    refused = client.post(f"/orders/shares/{share.pk}/receive/", {f"{prefix}-under": lent.appointment_id})
    assert (refused.status_code, "请选择代办依据" in refused.content.decode()) == (422, True)
    sent = {f"{prefix}-under": lent.appointment_id, f"{prefix}-basis": "oral"}
    assert client.post(f"/orders/shares/{share.pk}/receive/", sent).status_code == 302
    step = share.steps.get()
    assert (step.by.username, step.for_whom.username) == ("deputy", "secretary")


def test_a_post_that_was_not_lent_cannot_be_named(street):
    share = share_of(make_order(street), "东一社区")
    foreign = street.people["neighbour"].appointments.get()
    with pytest.raises(NotYours):
        actions.receive(share, street.people["secretary"], under=foreign.pk, basis="oral")


def test_a_log_entered_for_another_says_so(street):
    lend(street)
    given = {"unit": street.units["东一社区"], "happened_on": TODAY(), "text": "代记"}
    with pytest.raises(ValidationError, match="代名secretary记录，请选择依据"):
        write_log(street.people["far_secretary"], **given)
    log = write_log(street.people["far_secretary"], basis="oral", **given)
    assert (log.created_by.username, log.for_whom.username) == ("far_secretary", "secretary")


def test_what_is_lent_ends_by_itself_with_the_post_and_when_it_is_ended(street):
    lent = lend(street, days=3)
    me = street.people["far_secretary"]
    assert "东一社区" in reach(me, Duty.HANDLE)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert "东一社区" not in reach(me, Duty.HANDLE)
    end_lent(lent, on=TODAY())
    assert "东一社区" in reach(me, Duty.HANDLE)  # its last day
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert "东一社区" not in reach(me, Duty.HANDLE)
    dismiss(street.people["secretary"].appointments.get(), on=TODAY() - timedelta(days=1), reason="免")
    assert "东一社区" not in reach(me, Duty.HANDLE)


def test_what_is_lent_ends_with_the_lenders_post_though_its_own_last_day_is_later(street, client):
    """Nobody dismissed the lender, so no row was taken away: the date of the post alone must tell."""
    share = share_of(make_order(street, days=90), "东一社区")
    lent, me = lend(street, days=30), street.people["far_secretary"]
    Appointment.objects.filter(pk=lent.appointment_id).update(ends_on=TODAY() + timedelta(days=5))
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        assert "东一社区" in reach(me, Duty.HANDLE)  # its last day
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert [d for d in Duty if "东一社区" in reach(me, d)] == []
        log_in(client, me)
        assert client.get(f"/orders/{share.order_id}/").status_code == 404
        with pytest.raises(NotYours):
            actions.receive(share, me, basis="oral")


def test_what_was_granted_ends_with_the_account(street, client):
    """Also for a request that read the account a moment before it was switched off."""
    me, today = street.people["aide"], TODAY()
    log = make_log(street, unit="西一社区", by="far_secretary")
    grant_duty(me, "view", street.units["西中心"], starts_on=today, ends_on=today + timedelta(days=2), **SPAN)
    log_in(client, me)
    assert client.get(f"/worklogs/{log.pk}/").status_code == 200
    User.objects.filter(pk=me.pk).update(is_active=False)
    assert me.is_active  # as it was read before
    assert reach(me, Duty.VIEW) == set()
    assert reach(User.objects.get(pk=me.pk), Duty.VIEW) == set()
    assert client.get(f"/worklogs/{log.pk}/").status_code == 302  # to the log-in


def test_what_a_person_lent_ends_with_their_account(street):
    lend(street)
    User.objects.filter(pk=street.people["secretary"].pk).update(is_active=False)
    assert [d for d in Duty if "东一社区" in reach(street.people["far_secretary"], d)] == []


def test_a_grant_gives_one_duty_without_a_post_until_its_day(street):
    me, today = street.people["aide"], TODAY()
    grant_duty(me, "view", street.units["西中心"], starts_on=today, ends_on=today + timedelta(days=2), **SPAN)
    assert {"西中心", "西一社区", "西村"} <= reach(me, Duty.VIEW)
    assert "西一社区" not in reach(me, Duty.LOG)
    assert access_faults() == []
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert "西一社区" not in reach(me, Duty.VIEW)


def test_a_grant_row_in_the_table_alone_gives_nothing_without_its_guardian_row(street):
    me, today = street.people["aide"], TODAY()
    Grant.objects.create(
        user=me, unit=street.units["西中心"], duty="view", starts_on=today, ends_on=today, reason="直写"
    )
    assert "西一社区" not in reach(me, Duty.VIEW)
    assert access_faults() == [f"缺少：人员 #{me.pk} 在单位 #{street.units['西中心'].pk} 的 view"]


def test_a_row_that_two_things_give_goes_only_with_the_second(street):
    me, today = street.people["commissioner"], TODAY()
    grant = grant_duty(me, "view", street.units["东中心"], starts_on=today, ends_on=today, **SPAN)
    dismiss(me.appointments.get(), on=today - timedelta(days=1), reason="免")
    rows = UnitUserPermission.objects.filter(user=me, permission__codename="view")
    assert rows.count() == 1
    Grant.objects.filter(pk=grant.pk).update(ends_on=today - timedelta(days=1), starts_on=today - timedelta(days=1))
    from districts.posts.appointing import derive_permissions

    derive_permissions(me)
    assert rows.count() == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"delegate": "secretary"}, "不能委托给本人。"),
        ({"ends": -1}, "已经过去"),
        ({"ends": 400}, "最长一年，到期再续。"),
        ({"delegate": "stranger"}, "在本街道没有有效的任职"),
        ({"delegate": "auditor"}, "是管理员或账号已停用"),
        ({"by": "far_secretary"}, "任何人不能给自己授权"),
        ({"delegate": "nobody"}, "在本街道没有有效的任职"),
    ],
)
def test_lending_is_refused_in_words(street, change, sentence):
    street.people["nobody"] = make_user("nobody")
    today = TODAY()
    starts = today - timedelta(days=10) if change.get("ends") == -1 else today
    with pytest.raises(ValidationError, match=sentence):
        delegate_post(
            street.people["secretary"].appointments.get(),
            street.people[change.get("delegate", "far_secretary")],
            starts_on=starts,
            ends_on=today + timedelta(days=change.get("ends", 5)),
            by=street.people.get(change.get("by")),
            **SPAN,
        )
    assert Delegation.objects.count() == 0


@pytest.mark.parametrize(
    ("to", "by", "sentence"),
    [("stranger", "office", "在本街道没有有效的任职"), ("worker", "worker", "任何人不能给自己授权")],
)
def test_a_grant_is_refused_as_lending_is(street, to, by, sentence):
    people, today = street.people, TODAY()
    with pytest.raises(ValidationError, match=sentence):
        grant_duty(people[to], "view", street.units["西村"], starts_on=today, ends_on=today, by=people[by], **SPAN)
    assert Grant.objects.count() == 0


@pytest.mark.parametrize("left", ["no post", "a post without log-in", "a post in another street"])
def test_what_is_lent_or_granted_gives_nothing_to_whoever_holds_no_post_in_that_street_any_more(street, left):
    me, today = street.people["far_secretary"], TODAY()
    lend(street)
    span = {"starts_on": today, "ends_on": today + timedelta(days=2), **SPAN}
    grant_duty(me, "log", street.units["东二社区"], **span)
    share = share_of(make_order(street), "东一社区")
    assert {"东一社区", "东二社区"} <= reach(me, Duty.LOG)
    assert len(held_posts(me, Duty.HANDLE)) == len(appointments_of(me)) == 2
    dismiss(me.appointments.get(), on=today - timedelta(days=1), reason="免")
    if left == "a post without log-in":
        appoint(me, "council_member", street.units["西中心"], starts_on=today, reason="任")
    if left == "a post in another street":
        appoint(me, "worker", street.units["外社区"], starts_on=today, reason="任")
    own = {"外社区"} if left == "a post in another street" else set()
    assert reach(me, Duty.VIEW) == reach(me, Duty.LOG) == own
    assert reach(me, Duty.HANDLE) == reach(me, Duty.ISSUE) == set()
    assert list(held_posts(me, Duty.HANDLE)) == []
    assert [a.unit.name for a in appointments_of(me) if a.user_id != me.pk] == []
    assert [giver.unit.name for giver in givers_of(me, Duty.LOG)] == sorted(own)
    with pytest.raises(NotYours):
        actions.receive(share, me, basis="oral")
