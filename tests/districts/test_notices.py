"""消息: who is told what, once; nothing of the record is kept; whoever opens one is asked again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from districts.duties import Post
from districts.inbox.models import Notice
from districts.inbox.telling import tell
from districts.posts.appointing import appoint
from districts.posts.lending import delegate_post
from districts.posts.models import Appointment, User
from partybuilding.appeals.actions import assign, recuse
from partybuilding.matters.orders import actions
from tests.cast import LONG_AGO, STREET, log_in, make_appeal, make_order, share_of, text_of


def told(street, login):
    """[(label, unit, who)] of a person's notices, oldest first."""
    rows = Notice.objects.filter(person=street.people[login]).order_by("pk").select_related("unit", "by")
    return [(n.label, n.unit.name, n.by.username) for n in rows]


def a_returned_share(street):
    share = share_of(make_order(street, title="楼道堆物"), "东一社区")
    actions.receive(share, street.people["secretary"])
    actions.report(share, street.people["secretary"], note="清完了")
    actions.send_back(share, street.people["office"], note="缺照片")
    return share


def test_the_people_of_a_unit_are_told_who_did_what_and_nobody_else(street):
    a_returned_share(street)
    said = [("交办", "东一社区", "office"), ("退回", "东一社区", "office")]
    assert (told(street, "secretary"), told(street, "deputy")) == (said, said)
    others = set(Notice.objects.exclude(person__username__in=["secretary", "deputy"]).values_list("person", flat=True))
    assert others == set()


def test_whoever_did_it_is_not_told(street):
    appoint(street.people["deputy"], Post.PARTY_OFFICE, street.units[STREET], starts_on=LONG_AGO, reason="兼任")
    assign(make_appeal(street, unit=STREET), street.people["deputy"], to_unit=street.units["东一社区"])
    assert (told(street, "secretary"), told(street, "deputy")) == ([("分派", "东一社区", "deputy")], [])


def test_to_whom_a_post_is_lent_is_told_too_and_a_closed_account_is_not(street):
    today = timezone.localdate()
    holder = Appointment.objects.get(user=street.people["secretary"])
    delegate_post(holder, street.people["worker"], starts_on=today, ends_on=today, reason="出差")
    User.objects.filter(username="deputy").update(is_active=False)
    make_order(street)
    assert told(street, "worker") == [("交办", "东一社区", "office")]
    assert told(street, "deputy") == []


def test_whom_it_is_about_is_not_even_told_that_there_is_something(street):
    appeal = make_appeal(street)
    recuse(appeal, street.people["office"], street.people["deputy"])
    make_order(street, appeal=appeal)
    assert told(street, "secretary") == [("交办", "东一社区", "office")]
    assert told(street, "deputy") == []


def test_what_was_said_once_is_not_said_again(street):
    order = make_order(street)
    for _ in range(2):
        tell([(order, street.units["东一社区"])], verb="late", label="逾期", by=None, once="late:1", at=timezone.now())
    mine = Notice.objects.filter(person=street.people["secretary"]).order_by("pk")
    assert [n.label for n in mine] == ["交办", "逾期"]


def test_what_is_taken_back_was_never_said(street):
    share = share_of(make_order(street), "东一社区")
    actions.receive(share, street.people["secretary"])
    before = Notice.objects.count()
    with pytest.raises(actions.StepRefused):
        actions.send_back(share, street.people["office"], note="缺照片")
    assert Notice.objects.count() == before


def test_the_bell_counts_what_is_unread_and_opening_reads_it(street, client):
    share = a_returned_share(street)
    log_in(client, street.people["secretary"])
    assert 'aria-label="消息，2 条未读"' in client.get("/worklogs/").content.decode()
    page = text_of(client.get("/inbox/"))
    assert page.index("名office 退回") < page.index("名office 交办")
    assert page.count("楼道堆物") == 2
    newest = Notice.objects.filter(person=street.people["secretary"]).latest("pk")
    response = client.get(f"/inbox/{newest.pk}/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/orders/{share.order_id}/")
    assert 'aria-label="消息，1 条未读"' in client.get("/inbox/").content.decode()
    client.post("/inbox/read/")
    assert 'aria-label="消息"' in client.get("/inbox/").content.decode()
    assert Notice.objects.filter(person=street.people["deputy"], read_at=None).count() == 2


def test_a_post_that_has_gone_shows_nothing(street, client):
    a_returned_share(street)
    Appointment.objects.filter(user=street.people["secretary"]).update(unit=street.units["西一社区"])
    log_in(client, street.people["secretary"])
    mine = Notice.objects.filter(person=street.people["secretary"])
    assert client.get(f"/inbox/{mine[0].pk}/").status_code == 404
    page = client.get("/inbox/").content.decode()
    assert ("楼道堆物" in page, "退回" in text_of(client.get("/inbox/")).split("没有消息")[0][-40:]) == (False, False)
    assert ("没有消息。" in page, mine.filter(read_at=None).count()) == (True, 0)


def test_a_notice_of_somebody_else_is_not_there(street, client):
    a_returned_share(street)
    theirs = Notice.objects.filter(person=street.people["deputy"]).latest("pk")
    log_in(client, street.people["secretary"])
    assert client.get(f"/inbox/{theirs.pk}/").status_code == 404
    client.post("/inbox/read/")
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_the_list_costs_the_same_with_one_and_three_rows(street, client, django_assert_num_queries):
    log_in(client, street.people["secretary"])
    make_order(street)
    client.get("/inbox/")
    with django_assert_num_queries(10):
        client.get("/inbox/")
    make_order(street)
    make_order(street)
    with django_assert_num_queries(10):
        client.get("/inbox/")


def test_old_notices_go_and_what_they_were_about_stays(street, settings):
    from yuqiao_portal.operations.cleaning import clean_up

    order = make_order(street)
    Notice.objects.filter(person=street.people["deputy"]).update(at=timezone.now() - timedelta(days=181))
    assert clean_up()["过期的消息"] == 1
    assert (told(street, "secretary"), order.steps.count()) == ([("交办", "东一社区", "office")], 1)
