"""Looks at telephone numbers: each one an event, many people in a day with a reason that the auditor sees, none refused."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as real
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from districts.posts.appointing import appoint
from districts.posts.models import User
from districts.trail.models import Event
from tests.cast import LONG_AGO, log_in, make_user
from yuqiao_portal.settings import read_count

ASKS = "您今天已查看 3 人的号码。请写明原因后继续，安全审计员会看到。"


@pytest.fixture
def people(street, client, settings):
    """Five colleagues with a number each, and a reader who is logged in where three a day are usual."""
    settings.PHONE_LOOKS_A_DAY = 3
    log_in(client, street.people["aide"])
    made = [make_user(f"colleague{n}", phone=f"1380000000{n}") for n in range(5)]
    for person in made:
        appoint(person, "worker", street.units["西村"], starts_on=LONG_AGO, reason="任")
    return made


def look(client, person, **sent):
    return client.post(f"/people/{person.pk}/phone/", sent).content.decode()


def test_thirty_people_a_day_are_usual():
    assert real.PHONE_LOOKS_A_DAY == 30
    with pytest.raises(ImproperlyConfigured, match="应为正整数"):
        read_count("PHONE_LOOKS_A_DAY", "0")


def test_beyond_the_number_of_people_a_reason_is_asked_and_the_number_comes_with_it(people, client):
    assert all(p.phone in look(client, p) for p in people[:3])
    page = look(client, people[3])
    assert (ASKS in page, people[3].phone in page) == (True, False)
    assert "请写明原因，如：防汛值守，逐个通知。" in look(client, people[3], reason=" ")
    assert Event.objects.filter(kind__startswith="reveal").count() == 3
    assert people[3].phone in look(client, people[3], reason="防汛值守")
    event = Event.objects.latest("serial")
    assert (event.kind, event.actor.username, event.subject, event.outcome) == (
        "reveal_many",
        "aide",
        "查看 名colleague3（colleague3）的手机号",
        "超过 3 人，理由：防汛值守",
    )
    assert 'value="防汛值守"' in look(client, people[4])  # typed once on a long night


def test_the_same_person_again_is_one_person_and_another_event(people, client):
    for _ in range(2):
        assert all(p.phone in look(client, p) for p in people[:3])
    assert Event.objects.filter(kind="reveal").count() == 6
    assert ASKS in look(client, people[3])


def test_another_reader_and_another_day_begin_anew(street, people, client):
    morning = timezone.localtime().replace(hour=9, minute=0)
    with time_machine.travel(morning, tick=False):
        log_in(client, street.people["aide"])
        [look(client, p) for p in people[:3]]
        other = log_in(Client(), street.people["office"])
        assert people[3].phone in look(other, people[3])
        assert ASKS in look(client, people[3])
    with time_machine.travel(morning + timedelta(days=1), tick=False):
        log_in(client, street.people["aide"])
        assert people[3].phone in look(client, people[3])


def test_ones_own_number_is_no_look(street, people, client):
    User.objects.filter(username="aide").update(phone="13812345678")
    [look(client, p) for p in people[:3]]
    assert "13812345678" in look(client, street.people["aide"])
    assert Event.objects.filter(kind__startswith="reveal").count() == 3


def test_a_tap_to_call_is_a_look(people, client):
    page = client.get(f"/people/{people[0].pk}/").content.decode()
    assert ("tel:" in page, "拨打" in page) == (False, True)
    page = look(client, people[0], dial="1")
    assert f'<a href="tel:{people[0].phone}" data-dial>' in page
    assert Event.objects.filter(kind="reveal").count() == 1


def test_the_auditor_finds_the_many_by_one_tap_and_by_the_day(street, people, client):
    [look(client, p, reason="防汛值守") for p in people]
    log_in(client, street.people["auditor"])
    page = client.get("/admin/districts/event/?kind__exact=reveal_many").content.decode()
    assert page.count("超过 3 人，理由：防汛值守") == 2
    assert page.count('<strong class="stands-out">') == 2
    assert client.get(f"/admin/districts/event/?at__year={timezone.localdate().year}").status_code == 200
