"""What ends by itself is told thirty days before, once: posts to holder and office, lent ones to both sides; a new end anew."""

from datetime import date, timedelta

import pytest
import time_machine

from districts.inbox.models import Notice
from districts.inbox.reminding import remind
from districts.posts.appointing import appoint
from districts.posts.lending import delegate_post
from districts.posts.models import Appointment, User
from tests.cast import log_in, make_second, text_of

MONDAY = date(2026, 11, 2)  # no holiday in the ten weeks from here until the new year


def at(day):
    return time_machine.travel(f"{day} 09:00+08:00", tick=False)


def reminded(first, count):
    for day in (first + timedelta(days=n) for n in range(count)):
        with at(day):
            remind(day)


def told(label):
    """[(login, day)] of the reminders of that label."""
    rows = Notice.objects.filter(label=label).order_by("at", "person__username").select_related("person")
    return [(n.person.username, f"{n.at:%m-%d}") for n in rows]


def ends(street, login, on):
    Appointment.objects.filter(user=street.people[login]).update(ends_on=on)


@pytest.mark.parametrize(
    ("end", "day"),
    [
        (date(2026, 12, 4), "11-04"),
        (date(2026, 12, 7), "11-09"),  # thirty days before is a Saturday: told on the Monday
    ],
)
def test_a_post_that_ends_is_told_once_to_its_holder_and_to_the_office_of_the_street(street, end, day):
    make_second(street, "strange_office", "外街道党建工作协调委员会")
    ends(street, "secretary", end)
    reminded(MONDAY, 45)
    assert told("任职快到期") == [("office", day), ("secretary", day)]


def test_an_office_that_is_late_by_days_is_told_on_the_next_working_day(street):
    ends(street, "secretary", date(2026, 11, 10))
    reminded(MONDAY, 3)
    assert told("任职快到期") == [("office", "11-02"), ("secretary", "11-02")]


def test_a_later_end_is_told_anew(street):
    ends(street, "secretary", date(2026, 12, 4))
    reminded(MONDAY, 5)
    ends(street, "secretary", date(2026, 12, 18))
    reminded(MONDAY + timedelta(days=5), 30)
    assert told("任职快到期") == [
        ("office", "11-04"),
        ("secretary", "11-04"),
        ("office", "11-18"),
        ("secretary", "11-18"),
    ]


def test_what_is_given_anew_already_is_not_told(street):
    person, unit = street.people["secretary"], street.units["东一社区"]
    ends(street, "secretary", date(2026, 12, 4))
    appoint(person, "secretary", unit, starts_on=date(2026, 12, 5), reason="连任")
    reminded(MONDAY, 30)
    assert told("任职快到期") == []


def test_what_has_not_begun_or_has_ended_or_never_ends_is_not_told(street):
    ends(street, "secretary", MONDAY - timedelta(days=1))
    Appointment.objects.filter(user=street.people["deputy"]).update(
        starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 29)
    )
    reminded(MONDAY, 5)
    assert told("任职快到期") == []


def test_a_closed_account_is_not_told_but_the_office_is(street):
    ends(street, "secretary", date(2026, 12, 4))
    User.objects.filter(username="secretary").update(is_active=False)
    reminded(MONDAY, 5)
    assert told("任职快到期") == [("office", "11-04")]


def lend(street, first, last):
    holder = street.people["commissioner"].appointments.get()
    with at(first):
        return delegate_post(holder, street.people["aide"], starts_on=first, ends_on=last, reason="出差")


@pytest.mark.parametrize(
    ("last", "day"),
    [
        (date(2026, 12, 10), "11-10"),  # lent for more than thirty days
        (date(2026, 11, 11), "11-06"),  # for ten: three working days before
        (date(2026, 11, 3), "11-03"),  # for two: not on the first day
    ],
)
def test_a_lent_post_is_told_to_both_sides_before_it_ends(street, last, day):
    lend(street, MONDAY, last)
    reminded(MONDAY, 45)
    assert told("代录快到期") == [("aide", day), ("commissioner", day)]


def test_what_is_lent_for_one_day_is_not_told(street):
    lend(street, MONDAY, MONDAY)
    reminded(MONDAY, 5)
    assert told("代录快到期") == []


def test_what_is_lent_of_a_post_that_has_ended_is_not_told(street):
    lend(street, MONDAY, date(2026, 11, 11))
    ends(street, "commissioner", date(2026, 11, 4))
    reminded(date(2026, 11, 5), 10)
    assert told("代录快到期") == []


def opened(client, user, label):
    """Where a person is led from their reminder, and what 消息 says of it."""
    with at("2026-11-11"):
        log_in(client, user)
        page = text_of(client.get("/inbox/"))
        notice = Notice.objects.get(person=user, label=label)
        return client.get(f"/inbox/{notice.pk}/").headers.get("Location"), page


def test_ones_own_leads_to_ones_posts_and_the_offices_to_the_form_filled_in(street, client):
    ends(street, "secretary", date(2026, 12, 4))
    lend(street, MONDAY, date(2026, 11, 11))
    reminded(MONDAY, 8)
    person, unit = street.people["secretary"], street.units["东一社区"]
    where, page = opened(client, person, "任职快到期")
    assert (where, "名secretary（东一社区 · 社区（村）书记），到 2026年12月4日" in page) == ("/me/", True)
    where, page = opened(client, street.people["office"], "任职快到期")
    assert "名secretary（东一社区 · 社区（村）书记），到 2026年12月4日" in page
    with at("2026-11-11"):
        table = client.get(where)
    assert [u.name for u in table.context["units"]] == ["东一社区"]
    assert table.context["form"].initial == {"user": str(person.pk), "post": "secretary", "unit": str(unit.pk)}
    where, page = opened(client, street.people["aide"], "代录快到期")
    assert (where, "名aide代名commissioner（东中心 · 党建专员），到 2026年11月11日" in page) == ("/me/", True)


def test_who_prepares_posts_no_more_sees_no_more_of_it(street, client):
    ends(street, "secretary", date(2026, 12, 4))
    reminded(MONDAY, 5)
    office = street.people["office"]
    Appointment.objects.filter(user=office).update(post="worker", unit=street.units["西村"])
    where, page = opened(client, office, "任职快到期")
    assert (where, "名secretary" in page, "没有消息。" in page) == (None, False, True)
