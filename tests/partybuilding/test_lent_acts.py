"""What is lent names both people on every act: logs corrected, goals, topics, recusals, exports; and what is not lent."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.posts.appointing import appoint
from districts.posts.lending import delegate_post, end_lent
from districts.trail.models import Event
from districts.workflow import NotYours
from partybuilding.appeals import actions as appeals
from partybuilding.appeals.by_hand import register, switch
from partybuilding.appeals.models import MonthlyTopic
from partybuilding.appeals.topics.actions import choose_topic
from partybuilding.goals.actions import change_goal, set_goal
from partybuilding.goals.models import Goal
from partybuilding.matters.logs.actions import edit_log, write_log
from tests.cast import log_in, make_appeal, make_log, make_order

TODAY = timezone.localdate
FOR_SECRETARY = "名far_secretary 代 名secretary（东一社区·社区（村）书记），会议议定"


def lend(street, post_of, to):
    post = street.people[post_of].appointments.get()
    return delegate_post(post, street.people[to], starts_on=TODAY(), ends_on=TODAY(), reason="会议")


def under_of_last():
    return Event.objects.latest("serial").under


def edited(street, log, unit="西一社区", **said):
    log.refresh_from_db()
    fields = {"happened_on": TODAY(), "text": "改", "place": "", "category": "other", "order": None}
    log = edit_log(log, log.version, log.created_by, unit=street.units[unit], **fields, **said)
    return log.unit.name, log.for_whom and log.for_whom.username, log.basis


def test_a_log_moved_to_where_one_writes_for_another_names_them_and_the_basis(street):
    log = make_log(street, "西一社区", "far_secretary")
    lend(street, "secretary", "far_secretary")
    with pytest.raises(ValidationError, match="代名secretary记录，请选择依据"):
        edited(street, log, "东一社区")
    log.refresh_from_db()
    assert (log.unit.name, log.for_whom) == ("西一社区", None)
    assert edited(street, log, "东一社区", basis="note") == ("东一社区", "secretary", "note")
    assert edited(street, log, "东一社区") == ("东一社区", "secretary", "note")  # stays, and nothing else was chosen
    assert edited(street, log, "西一社区") == ("西一社区", None, "")  # nobody fits there


def test_a_log_that_stays_is_corrected_under_a_post_that_fits_it(street):
    """One's own log, in a unit where one's own post is gone and only a lent one writes, is the lender's act now."""
    log = make_log(street, "东一社区", "far_secretary")
    lend(street, "secretary", "far_secretary")
    with pytest.raises(ValidationError, match="请选择依据"):
        edited(street, log, "东一社区")
    assert edited(street, log, "东一社区", basis="oral") == ("东一社区", "secretary", "oral")


def test_who_may_write_both_ways_says_on_the_form_for_whom_it_is_corrected(street, client):
    lent = lend(street, "secretary", "deputy")
    log = make_log(street, "东一社区", "deputy")
    log_in(client, street.people["deputy"])
    address = f"/worklogs/{log.pk}/edit/"
    sent = {"text": "改过", "happened_on": TODAY(), "unit": street.units["东一社区"].pk, "seen_version": 1}
    refused = client.post(address, sent | {"under": lent.appointment_id})
    assert (refused.status_code, "请选择代办依据" in refused.content.decode()) == (200, True)
    assert client.post(address, sent | {"under": lent.appointment_id, "basis": "oral"}).status_code == 302
    log.refresh_from_db()
    assert (log.for_whom.username, log.basis) == ("secretary", "oral")
    page = client.get(address).content.decode()
    assert f'<option value="{lent.appointment_id}" selected>' in page
    own = street.people["deputy"].appointments.get().pk
    assert client.post(address, sent | {"under": own, "seen_version": 2}).status_code == 302
    log.refresh_from_db()
    assert (log.for_whom, log.basis) == (None, "")


def test_for_whom_a_log_was_written_is_not_lost_when_the_lending_ends(street):
    lent = lend(street, "secretary", "deputy")
    given = {"unit": street.units["东一社区"], "happened_on": TODAY(), "text": "代记", "under": lent.appointment_id}
    log = write_log(street.people["deputy"], basis="oral", **given)
    lent.delete()
    assert edited(street, log, "东一社区") == ("东一社区", "secretary", "oral")
    assert edited(street, log, "东一支部") == ("东一支部", None, "")


def test_oneself_on_the_form_means_any_post_of_ones_own(street):
    """Whoever holds two posts chooses 本人 once; the unit says under which of them."""
    me = street.people["far_secretary"]
    first = me.appointments.get()
    appoint(me, "worker", street.units["东二社区"], starts_on=TODAY(), reason="任")
    lend(street, "secretary", "far_secretary")
    given = {"happened_on": TODAY(), "text": "记", "under": first.pk}
    assert write_log(me, unit=street.units["东二社区"], **given).for_whom is None
    with pytest.raises(NotYours):
        write_log(me, unit=street.units["东一社区"], basis="oral", **given)


def test_a_goal_set_or_changed_under_a_lent_post_names_both(street, client):
    lend(street, "commissioner", "far_secretary")
    me, center = street.people["far_secretary"], street.units["东中心"]
    said = {"unit": center, "year": TODAY().year, "title": "停车", "measure": "挖潜"}
    with pytest.raises(ValidationError, match="代名commissioner设目标，请选择依据"):
        set_goal(me, **said)
    assert Goal.objects.count() == 0
    goal = set_goal(me, **said, basis="meeting")
    assert under_of_last() == "名far_secretary 代 名commissioner（东中心·党建专员），会议议定"
    with pytest.raises(ValidationError, match="代名commissioner修改目标，请选择依据"):
        change_goal(goal, 1, me, **said, state="reached")
    log_in(client, me)
    lent, own = me.delegations.get().appointment_id, me.appointments.get().pk
    sent = said | {"unit": center.pk, "seen_version": 1, "state": "reached", "under": lent}
    assert "请选择代办依据" in client.post(f"/goals/{goal.pk}/edit/", sent).content.decode()
    oneself = client.post(f"/goals/{goal.pk}/edit/", sent | {"under": own})
    assert "您不能以所选身份在这个单位办理" in oneself.content.decode()
    assert client.post(f"/goals/{goal.pk}/edit/", sent | {"basis": "oral"}).status_code == 302
    assert under_of_last() == "名far_secretary 代 名commissioner（东中心·党建专员），口头交代"
    set_goal(street.people["commissioner"], **said | {"title": "楼道"})
    assert under_of_last() == "东中心·党建专员"


def test_a_topic_chosen_under_a_lent_post_names_both(street):
    lend(street, "secretary", "far_secretary")
    me = street.people["far_secretary"]
    said = {"unit": street.units["东一社区"], "month": TODAY().replace(day=1), "item": "停车", "title": "挖潜"}
    with pytest.raises(ValidationError, match="代名secretary列题，请选择依据"):
        choose_topic(me, **said)
    assert MonthlyTopic.objects.count() == 0
    choose_topic(me, **said, basis="meeting")
    assert under_of_last() == FOR_SECRETARY


def test_a_recusal_under_a_lent_post_names_both_and_is_never_about_either(street, client):
    lend(street, "leader", "far_secretary")
    me, appeal = street.people["far_secretary"], make_appeal(street)
    for about in ("far_secretary", "leader"):
        with pytest.raises(ValidationError, match="反映的是本人或所代的人"):
            appeals.recuse(appeal, me, street.people[about], basis="meeting")
    with pytest.raises(ValidationError, match="代名leader办理回避，请选择依据"):
        appeals.recuse(appeal, me, street.people["secretary"])
    log_in(client, me)
    sent = {"person": street.people["secretary"].pk}
    assert client.post(f"/appeals/{appeal.pk}/recuse/", sent).status_code == 422
    assert client.post(f"/appeals/{appeal.pk}/recuse/", sent | {"basis": "meeting"}).status_code == 302
    event = Event.objects.latest("serial")
    said = "名far_secretary 代 名leader（槐花街道党建工作协调委员会·街道领导），会议议定"
    assert (event.actor, event.under) == (me, said)


def test_an_appeal_registered_under_a_lent_post_names_both(street):
    root = street.units["槐花街道党建工作协调委员会"]
    switch(root, street.people["office"], is_by_hand=True)
    lend(street, "leader", "far_secretary")
    cells = {"title": "路灯", "content": "不亮", "called_at": f"{TODAY()} 08:00:00", "grade": "一般"}
    with pytest.raises(ValidationError, match="代名leader登记，请选择依据"):
        register(root, street.people["far_secretary"], cells)
    register(root, street.people["far_secretary"], cells, basis="oral")
    assert under_of_last().startswith("名far_secretary 代 名leader（")


def test_words_of_an_issued_order_are_changed_for_the_lender_with_a_basis(street, client):
    order = make_order(street, to=("东一社区",), by="commissioner", unit="东中心")
    lend(street, "commissioner", "far_secretary")
    log_in(client, street.people["far_secretary"])
    sent = {"title": "改", "content": "三天内清完", "seen_version": order.version}
    assert "请选择代办依据" in client.post(f"/orders/{order.pk}/edit/", sent).content.decode()
    assert client.post(f"/orders/{order.pk}/edit/", sent | {"basis": "oral"}).status_code == 302
    step = order.steps.get(verb="amend")
    assert (step.by.username, step.for_whom.username, step.basis) == ("far_secretary", "commissioner", "oral")


def test_emptying_is_not_lent_while_a_post_of_ones_own_empties(street, client):
    appeal = make_appeal(street)
    lend(street, "leader", "far_secretary")
    log_in(client, street.people["far_secretary"])
    page = client.get(f"/appeals/{appeal.pk}/").content.decode()
    assert ("回避后这件诉求" in page, "只留编号" in page) == (True, False)
    assert client.post(f"/appeals/{appeal.pk}/seal/").status_code == 404
    with pytest.raises(NotYours):
        appeals.seal(appeal, street.people["far_secretary"])
    appeal.refresh_from_db()
    assert (appeal.is_sealed, appeal.content) == (False, "东门路灯不亮")
    log_in(client, street.people["leader"])
    assert "只留编号" in client.get(f"/appeals/{appeal.pk}/").content.decode()
    assert client.post(f"/appeals/{appeal.pk}/seal/").status_code == 302
    assert under_of_last() == "槐花街道党建工作协调委员会·街道领导"


@pytest.mark.parametrize("address", ["/orders/export/", "/worklogs/export/", "/appeals/export/"])
def test_an_export_says_for_whom_its_maker_might_look(street, client, address):
    lent = lend(street, "secretary", "far_secretary")
    log_in(client, street.people["far_secretary"])
    assert client.get(address).status_code == 200
    assert under_of_last() == "西一社区·社区（村）书记、代 名secretary（东一社区·社区（村）书记）"
    lent.starts_on = TODAY() - timedelta(days=5)
    lent.save()
    end_lent(lent, on=TODAY() - timedelta(days=1))
    assert client.get(address).status_code == 200
    assert under_of_last() == "西一社区·社区（村）书记"
