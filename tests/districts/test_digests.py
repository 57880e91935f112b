"""今早提醒: a morning's reminders are one notice at the bell, unread again only when something is added, read with what is below it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from districts.inbox.models import Notice
from districts.inbox.reading import unread
from districts.inbox.reminding import remind
from districts.posts.models import Appointment
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import Order
from tests.cast import log_in, make_order, share_of, text_of
from yuqiao_portal.operations.cleaning import clean_up

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4)


def at(day, hour=8):
    return time_machine.travel(f"{day} {hour:02}:00+08:00", tick=False)


def orders_of_monday(street, count, start=0):
    with at(MONDAY):
        return [make_order(street, title=f"第{n}件", days=30) for n in range(start, start + count)]


def reminded(day, hour=8):
    with at(day, hour):
        remind(day)


@pytest.fixture
def morning(street, client):
    """东一社区 has not signed for three orders; on the Tuesday at nine its secretary comes. Other notices are gone."""
    orders_of_monday(street, 3)
    Notice.objects.all().delete()
    reminded(TUESDAY)
    with at(TUESDAY, 9):
        log_in(client, street.people["secretary"])
        yield street.people["secretary"]


def an_older_digest(person):
    said = {"noun": "digest", "verb": "digest", "label": "今早提醒", "record": MONDAY.toordinal()}
    unit = person.appointments.get().unit
    Notice.objects.create(person=person, unit=unit, at=timezone.now(), once=f"digest:{MONDAY}", **said)


def digest_of(person, day=TUESDAY):
    return Notice.objects.get(person=person, once=f"digest:{day}")


def test_a_mornings_reminders_are_one_at_the_bell_and_stand_beneath_it(morning, client):
    page = text_of(client.get("/inbox/"))
    assert 'aria-label="消息，1 条未读"' in page
    assert page.index("今早提醒：3 件") < page.index("第2件") < page.index("第1件") < page.index("第0件")
    assert (page.count("还没有签收"), page.count("未读</span>")) == (3, 4)
    assert client.get("/inbox/").context["page_obj"].paginator.count == 1


def test_each_has_a_digest_of_their_own_and_nobody_else_one(street):
    orders_of_monday(street, 2)
    reminded(TUESDAY)
    found = Notice.objects.filter(noun="digest").order_by("person__username")
    assert [(d.person.username, d.label, d.reminders.count()) for d in found] == [
        ("deputy", "今早提醒", 2),
        ("secretary", "今早提醒", 2),
    ]
    assert all(r.person_id == d.person_id for d in found for r in d.reminders.all())


def test_a_later_hour_adds_to_it_and_only_then_is_it_unread_again(street):
    secretary = street.people["secretary"]
    orders_of_monday(street, 1)
    Notice.objects.all().delete()
    an_older_digest(secretary)
    reminded(TUESDAY)
    Notice.objects.filter(person=secretary).update(read_at=timezone.now())
    reminded(TUESDAY, 10)
    assert (unread(secretary), digest_of(secretary).reminders.count()) == (0, 1)
    orders_of_monday(street, 1, start=1)
    Notice.objects.filter(noun="order", digest=None).delete()
    reminded(TUESDAY, 11)
    assert (unread(secretary), digest_of(secretary).reminders.count()) == (1, 2)
    assert digest_of(secretary, MONDAY).read_at is not None
    assert timezone.localtime(digest_of(secretary).at).hour == 11
    assert Notice.objects.filter(person=secretary, noun="digest").count() == 2


def test_opening_the_digest_leads_to_what_waits_and_reads_all_of_it(morning, client):
    response = client.get(f"/inbox/{digest_of(morning).pk}/")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert Notice.objects.filter(person=morning, read_at=None).count() == 0
    assert Notice.objects.filter(person__username="deputy", read_at=None).count() == 4


def test_opening_a_reminder_reads_it_and_with_the_last_the_digest_is_read(morning, client):
    digest = digest_of(morning)
    left = []
    for reminder in digest.reminders.order_by("pk"):
        assert client.get(f"/inbox/{reminder.pk}/").headers["Location"] == f"/orders/{reminder.record}/"
        left.append((digest.reminders.filter(read_at=None).count(), unread(morning)))
    assert left == [(2, 1), (1, 1), (0, 0)]


def test_all_read_reads_the_digest_and_what_is_below_it(morning, client):
    client.post("/inbox/read/")
    assert Notice.objects.filter(person=morning, read_at=None).count() == 0
    assert Notice.objects.filter(person__username="deputy", read_at=None).count() == 4


def test_what_may_be_seen_no_more_is_not_counted_and_a_digest_of_nothing_is_passed_over(morning, client):
    digest, first = digest_of(morning), Order.objects.earliest("pk")
    first.assignments.update(unit=Order.objects.latest("pk").street)
    page = text_of(client.get("/inbox/"))
    assert ("今早提醒：2 件" in page, "第0件" in page) == (True, False)
    Appointment.objects.filter(user=morning).update(unit=first.street.get_descendants().get(name="西一社区"))
    assert client.get(f"/inbox/{digest.pk}/").status_code == 404
    page = client.get("/inbox/").content.decode()
    assert ("今早提醒" in page, "没有消息。" in page) == (False, True)
    assert (unread(morning), Notice.objects.filter(person=morning, read_at=None).count()) == (0, 0)


def test_a_digest_of_somebody_else_is_not_there(morning, client, street):
    theirs = digest_of(street.people["deputy"])
    assert client.get(f"/inbox/{theirs.pk}/").status_code == 404
    assert "今早提醒：3 件" in client.get("/inbox/").content.decode()
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_pages_count_digests_and_not_what_is_below_them(street, client):
    orders_of_monday(street, 60)
    Notice.objects.all().delete()
    reminded(TUESDAY)
    with at(TUESDAY, 9):
        log_in(client, street.people["secretary"])
        page = client.get("/inbox/")
    assert (page.context["page_obj"].paginator.num_pages, text_of(page).count("还没有签收")) == (1, 60)


def test_the_list_costs_the_same_with_one_digest_and_three(street, client, django_assert_num_queries):
    secretary, shares = street.people["secretary"], [share_of(o, "东一社区") for o in orders_of_monday(street, 3)]
    Notice.objects.all().delete()
    reminded(TUESDAY)
    with at(WEDNESDAY):
        log_in(client, secretary)
        client.get("/inbox/")
        with django_assert_num_queries(10):
            client.get("/inbox/")
        for share in shares:
            actions.receive(share, secretary)
            actions.report(share, secretary, note="清完了")
            actions.send_back(share, street.people["office"], note="缺照片")
    Notice.objects.filter(digest=None).exclude(noun="digest").delete()
    for n, share in enumerate(shares):
        type(share).objects.filter(pk=share.pk).update(due_on=MONDAY + timedelta(days=10 + n))
    for day in (date(2026, 11, 11), date(2026, 11, 13)):
        reminded(day)
    with at("2026-11-13", 9):
        log_in(client, secretary)
        assert text_of(client.get("/inbox/")).count("今早提醒") == 3
        with django_assert_num_queries(10):
            client.get("/inbox/")


def test_old_digests_go_together_with_their_reminders(morning):
    """Also where the reminders are older by some hours than what was added last."""
    digest = digest_of(morning)
    digest.reminders.update(at=timezone.now() - timedelta(days=181))
    Notice.objects.filter(pk=digest.pk).update(at=timezone.now() - timedelta(days=179))
    assert (clean_up()["过期的消息"], digest.reminders.count()) == (0, 3)
    Notice.objects.filter(pk=digest.pk).update(at=timezone.now() - timedelta(days=181))
    assert (clean_up()["过期的消息"], Notice.objects.filter(person=morning).count()) == (4, 0)
