"""Reminders: on working days, each once, however often it is asked, by however many, and wherever they are killed."""

from datetime import date, timedelta
from random import Random

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from districts.inbox import reminding
from districts.inbox.models import Notice
from districts.inbox.reminding import remind
from districts.inbox.telling import tell
from districts.posts.appointing import appoint, dismiss
from districts.posts.models import Appointment, User
from districts.units.tree import add_unit, merge_units
from partybuilding.matters.orders import actions
from tests.cast import LONG_AGO, log_in, make_order, share_of
from yuqiao_portal import tasks

MONDAY = date(2026, 11, 2)  # no holiday in the four weeks from here


def reminded(street, login="secretary"):
    """[(what, day)] of a person's reminders."""
    rows = Notice.objects.filter(person=street.people[login], by=None).exclude(digest=None).order_by("pk")
    return [(n.label, n.at.date()) for n in rows]


def at(day, hour=9):
    return time_machine.travel(f"{day} {hour:02}:00+08:00", tick=False)


@pytest.fixture
def share(street):
    """Issued on a Monday, due on the Friday of the week after."""
    with at(MONDAY):
        return share_of(make_order(street, days=11), "东一社区")


def days(first, count):
    return [first + timedelta(days=n) for n in range(count)]


def test_what_nobody_signs_for_or_reports_is_told_on_its_days_alone(street, share):
    for day in days(MONDAY, 28):
        with at(day):
            remind(day)
    assert reminded(street) == [
        ("还没有签收", date(2026, 11, 3)),
        ("即将到期", date(2026, 11, 12)),
        ("已逾期", date(2026, 11, 16)),  # due on a Friday: first said on the Monday
        ("已逾期", date(2026, 11, 23)),
    ]
    assert reminded(street, "office") == []


def test_what_is_not_answered_in_two_days_is_told_where_the_answer_is_owed(street, share):
    secretary = street.people["secretary"]
    with at(MONDAY):
        actions.receive(share, secretary)
        actions.report(share, secretary, note="清完了")
    for day in days(MONDAY, 10):
        with at(day):
            remind(day)
    assert reminded(street, "office") == [("报结还没有审核", date(2026, 11, 4))]
    assert reminded(street) == reminded(street, "far_commissioner") == []


def test_a_request_for_more_time_is_owed_an_answer_too(street, share):
    with at(MONDAY):
        actions.receive(share, street.people["secretary"])
        actions.ask_extension(share, street.people["secretary"], note="等", until=share.due_on + timedelta(days=3))
    with at("2026-11-04"):
        remind(date(2026, 11, 4))
    assert reminded(street, "leader") == [("延期还没有答复", date(2026, 11, 4))]


def test_nothing_is_said_on_a_day_off_nor_before_the_hour(street, share, settings):
    settings.REMIND_HOUR = 8
    with at("2026-11-07"):  # a Saturday
        assert remind(date(2026, 11, 7)) == 0
    with at("2026-11-03", hour=7):
        tasks.hourly()
    assert reminded(street) == []
    with at("2026-11-03", hour=8):
        tasks.hourly()
    assert reminded(street) == [("还没有签收", date(2026, 11, 3))]


def test_a_month_of_two_schedulers_and_kills_says_each_once(street, share, monkeypatch):
    """The job runs four times a day; again and again it is killed between two reminders, or before one hangs under its digest."""
    for n in range(5):
        with at(MONDAY):
            make_order(street, title=f"第{n}件", to=("东一社区", "东二社区"), days=4 + n)
    chance = Random(3)

    def killed_sometimes(act):
        def tried(*args, **kwargs):
            if chance.random() < 0.2:
                raise KeyboardInterrupt
            return act(*args, **kwargs)

        return tried

    for day in days(MONDAY, 30):
        for hour in (8, 8, 12, 16):
            with at(day, hour), monkeypatch.context() as patched:
                patched.setattr(reminding, "tell", killed_sometimes(reminding.tell))
                patched.setattr(reminding, "hang", killed_sometimes(reminding.hang))
                try:
                    remind(day)
                except KeyboardInterrupt:
                    continue
        with at(day, 17):
            remind(day)
    once = list(Notice.objects.filter(by=None).values_list("person__username", "once"))
    assert len(once) == len(set(once))
    loose = Notice.objects.filter(by=None, digest=None).exclude(noun="digest")
    empty = Notice.objects.filter(noun="digest", reminders=None)
    assert (loose.count(), empty.count()) == (0, 0)
    told = sorted(label for label, _ in reminded(street))
    assert told == sorted(["还没有签收"] * 6 + ["即将到期"] * 6 + ["已逾期"] * sum(LATE))
    assert len(reminded(street, "neighbour")) == 5 + 5 + sum(LATE[1:])


# How often each is said to be late until the 1st of December: due on the 13th, then on the 6th to the 10th.
LATE = (3, 4, 4, 4, 4, 3)


def test_a_clock_that_jumps_back_a_day_says_nothing_again_and_loses_nothing(street, share):
    for day in ("2026-11-03", "2026-11-12", "2026-11-11", "2026-11-12", "2026-11-13"):
        with at(day):
            tasks.hourly()
    assert reminded(street) == [("还没有签收", date(2026, 11, 3)), ("即将到期", date(2026, 11, 12))]
    digests = Notice.objects.filter(person=street.people["secretary"], noun="digest").order_by("pk")
    assert list(digests.values_list("once", flat=True)) == ["digest:2026-11-03", "digest:2026-11-12"]


def test_a_day_is_asked_for_by_its_date_whatever_the_clock_says(street, share):
    with at("2026-11-20"):
        tasks.remind_of("2026-11-03")
    digest = Notice.objects.get(person=street.people["secretary"], noun="digest")
    assert (digest.once, [n.label for n in digest.reminders.all()]) == ("digest:2026-11-03", ["还没有签收"])


def test_a_street_without_units_or_people_has_nothing_to_say_and_what_waits_is_said_to_whoever_comes(street):
    with at(MONDAY):
        make_order(street, to=("东二社区",), days=11)
    Appointment.objects.filter(unit__name="东二社区").update(ends_on=MONDAY)
    with at("2026-11-03"):
        assert remind(date(2026, 11, 3)) == 0
        appoint(
            street.people["worker"], "secretary", street.units["东二社区"], starts_on=date(2026, 11, 3), reason="任"
        )
        assert remind(date(2026, 11, 3)) == 1
    assert reminded(street, "worker") == [("还没有签收", date(2026, 11, 3))]
    assert Notice.objects.filter(noun="digest").count() == 1


def test_no_street_at_all(db):
    assert [remind(day) for day in days(MONDAY, 5)] == [0, 0, 0, 0, 0]


def test_what_was_due_at_a_unit_that_was_merged_is_told_where_it_went(street, client):
    neighbour, into = street.people["neighbour"], street.units["东一社区"]
    with at(MONDAY):
        make_order(street, title="清楼道", to=("东二社区",), days=1)
    with at("2026-11-04"):
        remind(date(2026, 11, 4))
        dismiss(neighbour.appointments.get(), on=date(2026, 11, 4), reason="合并")
    with at("2026-11-05"):
        merge_units([street.units["东二社区"]], into, on=date(2026, 11, 5), reason="合并")
    for day in days(date(2026, 11, 5), 10):
        with at(day):
            remind(day)
    assert reminded(street) == [("已逾期", date(2026, 11, 11))]
    assert reminded(street, "neighbour") == [("已逾期", date(2026, 11, 4)), ("还没有签收", date(2026, 11, 4))]
    with at("2026-11-11", 10):
        log_in(client, street.people["secretary"])
        assert "清楼道" in client.get("/inbox/").content.decode()


def test_a_thousand_notices_are_written_at_once(street, django_assert_num_queries):
    """Twenty-four communities of forty people each: as many queries as for one, but for the batches of an insert in SQLite."""
    units = [
        add_unit("community", f"新{n}社区", parent=street.units["东中心"], on=LONG_AGO, reason="测试")
        for n in range(24)
    ]
    people = User.objects.bulk_create(User(username=f"u{n}", name=f"人{n}") for n in range(24 * 40))
    Appointment.objects.bulk_create(
        Appointment(user=user, post="deputy_secretary", unit=units[n % 24], starts_on=LONG_AGO, reason="测试")
        for n, user in enumerate(people)
    )
    order = make_order(street)
    Notice.objects.all().delete()
    said = {"verb": "issue", "label": "交办", "by": street.people["office"], "at": timezone.now()}
    for count, once, inserts in ((1, "one", 1), (24, "all", 11 if connection.vendor == "sqlite" else 1)):
        with django_assert_num_queries(2 + inserts):
            assert tell([(order, unit) for unit in units[:count]], once=once, **said) == 40 * count
    assert Notice.objects.filter(once="all").values("person").distinct().count() == 960
