"""提醒设置: what is no duty can be switched off, by each for themself; what is to be done is told all the same."""

from datetime import date, timedelta

import time_machine

from districts.inbox.models import Notice, Quiet
from districts.inbox.reminding import remind
from partybuilding.matters.orders import actions
from tests.cast import log_in, make_order, share_of, text_of

MONDAY = date(2026, 11, 2)


def told(street, login):
    """[label] of a person's notices but the digests, oldest first."""
    rows = Notice.objects.filter(person=street.people[login]).exclude(noun="digest").order_by("pk")
    return [notice.label for notice in rows]


def switch_off(street, login, *what):
    Quiet.objects.bulk_create(Quiet(person=street.people[login], what=each) for each in what)


def reminded_for(street, days):
    """An order that fell due on Monday and is at work; the portal reminds for so many days."""
    with time_machine.travel(f"{MONDAY} 09:00+08:00", tick=False):
        share = share_of(make_order(street, days=0), "东一社区")
        actions.receive(share, street.people["secretary"])
    Notice.objects.all().delete()
    for n in range(1, days + 1):
        day = MONDAY + timedelta(days=n)
        with time_machine.travel(f"{day} 09:00+08:00", tick=False):
            remind(day)


def test_without_the_mornings_nothing_is_written_for_that_person_alone(street):
    switch_off(street, "secretary", "digest")
    reminded_for(street, 15)
    assert (told(street, "secretary"), told(street, "deputy")) == ([], ["已逾期", "已逾期", "已逾期"])
    assert not Notice.objects.filter(person=street.people["secretary"]).exists()


def test_without_the_weekly_ones_the_first_day_stays(street):
    switch_off(street, "secretary", "weekly")
    reminded_for(street, 15)
    assert (told(street, "secretary"), told(street, "deputy")) == (["已逾期"], ["已逾期", "已逾期", "已逾期"])


def test_without_announcements_an_open_call_is_not_told_but_every_duty_is(street):
    switch_off(street, "secretary", "digest", "publish", "weekly")
    units = [street.units[name] for name in ("东一社区", "东二社区")]
    given = {"by": street.people["office"], "unit": street.units["东一社区"].get_root(), "kind": "task"}
    words = {"title": "试点", "content": "征集一家", "due_on": date.today() + timedelta(days=20)}
    call = actions.draw_up_order(**given, **words, co_units=units, is_open_call=True)
    actions.issue_order(call, street.people["office"])
    share = share_of(make_order(street), "东一社区")
    actions.receive(share, street.people["secretary"])
    actions.urge(share, street.people["office"])
    actions.report(share, street.people["secretary"], note="清完了")
    actions.send_back(share, street.people["office"], note="缺照片")
    assert told(street, "secretary") == ["交办", "催办", "退回"]
    assert told(street, "deputy") == ["发榜", "交办", "催办", "退回"]


def sent(client):
    return text_of(client.get("/inbox/")).partition("提醒设置")[2]


def test_each_sets_their_own_switches_and_sees_how_they_stand(street, client):
    log_in(client, street.people["secretary"])
    assert sent(client).count(" checked") == 3
    response = client.post("/inbox/quiet/", {"publish": "on"}, follow=True)
    assert (response.redirect_chain, "提醒设置已保存。" in response.content.decode()) == ([("/inbox/", 302)], True)
    assert sent(client).count(" checked") == 1
    assert sorted(Quiet.objects.values_list("person__username", "what")) == [
        ("secretary", "digest"),
        ("secretary", "weekly"),
    ]
    client.post("/inbox/quiet/", {"digest": "on", "publish": "on", "weekly": "on", "urge": ""})
    assert Quiet.objects.count() == 0


def test_switches_of_one_are_not_those_of_another(street, client):
    switch_off(street, "deputy", "digest")
    log_in(client, street.people["secretary"])
    client.post("/inbox/quiet/", {"digest": "on", "publish": "on", "weekly": "on"})
    assert list(Quiet.objects.values_list("person__username", "what")) == [("deputy", "digest")]
    assert sent(client).count(" checked") == 3
