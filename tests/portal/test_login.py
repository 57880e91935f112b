"""Log-in: at most five wrong passwords are really checked, colleagues are not locked out, sessions end in time."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from districts.access import units_where
from districts.duties import Duty
from districts.posts.administrators import reset_password
from districts.posts.appointing import appoint, dismiss
from districts.posts.models import User
from districts.trail.models import Event
from tests.cast import PASSWORD, build_street, log_in, make_user

WRONG = "wrong-Pass-2026"


def try_login(client, username, password=PASSWORD, **headers):
    return client.post("/login/", {"username": username, "password": password}, headers=headers)


def test_units_are_looked_up_once_only_for_a_page_that_reads(street, client):
    """What is found in one request is not known to the next, and a request that may change posts finds nothing."""
    person, kept = street.people["secretary"], []
    log_in(client, person)
    for ask in (client.get, client.head, client.options, client.post, client.get):
        kept.append(ask("/worklogs/").wsgi_request.user.units_found)
    assert [found is not None for found in kept] == [True, True, False, False, True]
    assert kept[0].keys() == kept[-1].keys() != set()
    assert kept[0] is not kept[-1]
    with time_machine.travel("2099-01-02 09:00+08:00"):  # on another day another question
        assert set(units_known(person, kept[0])) != set(kept[0])


def units_known(person, known):
    person.units_found = dict(known)
    units_where(person, Duty.VIEW)
    return person.units_found


def test_a_user_logs_in_by_name_or_by_staff_number_and_reaches_the_workbench(street, client):
    User.objects.filter(username="secretary").update(staff_number="T0042")
    for door in ("secretary", "T0042"):
        response = try_login(Client(), door)
        assert (response.status_code, response.headers["Location"]) == (302, "/")


class CountingHasher(PBKDF2PasswordHasher):
    """Django's own, made quick; what it worked for is counted in rounds."""

    iterations, worked = 1000, 0

    def encode(self, password, salt, iterations=None):
        CountingHasher.worked += iterations or self.iterations
        return super().encode(password, salt, iterations)


def refusal(name, password):
    """What a refused try shows, works and leaves: (page without the typed name and the token, rounds, writes, events)."""
    CountingHasher.worked, client = 0, Client()
    before = Event.objects.count()
    with CaptureQueriesContext(connection) as queries:
        response = try_login(client, name, password)
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode()).replace(name, "")
    writes = [q["sql"].split()[:2] for q in queries if q["sql"].startswith("INSERT")]
    assert response.status_code == 200
    return page, CountingHasher.worked, writes, Event.objects.count() - before


def test_unknown_wrong_locked_and_disabled_are_told_apart_by_nothing(street, settings):
    """One page byte for byte, one hash's worth of work, also for a password from years ago, and one event."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    for login in ("secretary", "deputy", "worker", "aide"):
        User.objects.filter(username=login).update(password=make_password(PASSWORD))
    User.objects.filter(username="aide").update(password=CountingHasher().encode(PASSWORD, "salt" * 6, 300))
    User.objects.filter(username="worker").update(is_active=False)
    told = [
        refusal("nobody-of-that-name", WRONG),
        refusal("secretary", WRONG),
        refusal("worker", PASSWORD),
        refusal("aide", WRONG),
    ]
    for _ in range(5):
        refusal("deputy", WRONG)
    told += [refusal("deputy", WRONG), refusal("deputy", PASSWORD)]  # the sixth: locked
    for _ in range(5):
        refusal("nobody-else", WRONG)
    told.append(refusal("nobody-else", WRONG))
    assert told == [told[0]] * 7
    assert "用户名（工号）或密码不对，或者账号不能登录。" in told[0][0]
    assert told[0][1:] == (1000, [["INSERT", "INTO"]], 1)


def test_what_was_typed_as_a_name_is_not_kept(street, client):
    """It may be a password in the wrong field; that somebody tried, and from where, is."""
    try_login(client, "my-Secret-in-the-wrong-field", WRONG)
    event = Event.objects.latest("serial")
    assert (event.kind, event.subject, event.actor, event.outcome) == (
        "login_refused",
        "没有这个用户名或工号",
        None,
        "未通过",
    )


def test_a_lock_holds_through_either_door_and_ends_after_a_quarter_of_an_hour(street, client):
    User.objects.filter(username="secretary").update(staff_number="T0042")
    for n in range(5):
        try_login(client, ("secretary", "T0042")[n % 2], WRONG)
    assert try_login(client, "T0042").status_code == 200
    assert Event.objects.latest("serial").subject == "已锁定，未核对密码：secretary"
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert try_login(client, "secretary").status_code == 302


def test_a_reset_ends_the_lock_and_forces_a_new_password(street, client):
    for _ in range(5):
        try_login(client, "secretary", WRONG)
    reset_password(User.objects.get(username="secretary"), "one-Time-2026")
    assert try_login(client, "secretary", "one-Time-2026").status_code == 302
    assert client.get("/orders/").headers["Location"] == "/password/"
    new = {"old_password": "one-Time-2026", "new_password1": "my-Own-2026-Pass", "new_password2": "my-Own-2026-Pass"}
    assert client.post("/password/", new).headers["Location"] == "/"
    assert client.get("/orders/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_wrong_passwords_64_at_a_time_at_most_five_are_checked_and_twenty_colleagues_still_log_in():
    """The check itself is counted: each password really looked at is one call of the hasher's verify."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    street = build_street()
    colleagues = [make_user(f"colleague{n}") for n in range(20)]
    for colleague in colleagues:
        appoint(colleague, "worker", street.units["西村"], starts_on=timezone.localdate(), reason="任")
    checked, verify = [], MD5PasswordHasher.verify

    def counting(self, password, encoded):
        checked.append(password)
        return verify(self, password, encoded)

    MD5PasswordHasher.verify = counting
    try:
        guesses = iter([f"guess-{n}" for n in range(1000)])
        lock = threading.Lock()

        def guess():
            while True:
                with lock:
                    password = next(guesses, None)
                if password is None:
                    break
                authenticate(None, username="secretary", password=password)
            connection.close()

        threads = [threading.Thread(target=guess) for _ in range(64)]
        [t.start() for t in threads]
        [t.join() for t in threads]
    finally:
        MD5PasswordHasher.verify = verify
    assert 1 <= len(checked) <= 5
    same_address = {"X-Forwarded-For": "1.2.3.4"}
    assert [try_login(Client(), c.username, **same_address).status_code for c in colleagues] == [302] * 20
    assert try_login(Client(), "secretary", **{"X-Forwarded-For": "9.9.9.9"}).status_code == 200


def test_a_session_ends_after_half_an_hour_of_silence_and_polling_does_not_count(street, client):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        log_in(client, street.people["secretary"])
    with time_machine.travel(start + timedelta(minutes=20), tick=False):
        assert client.get("/orders/").status_code == 200
    for minutes in (30, 40, 49):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert client.get("/orders/", headers={"X-Poll": "1"}).status_code == 200
    with time_machine.travel(start + timedelta(minutes=51), tick=False):
        response = client.get("/orders/", follow=True)
        assert response.redirect_chain == [("/login/?next=%2Forders%2F", 302)]
        assert "您离开的时间较长，为安全起见已退出。" in response.content.decode()


def test_a_session_ends_after_twelve_hours_whatever_was_done(street, client):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        log_in(client, street.people["secretary"])
    for minutes in range(25, 12 * 60 + 1, 25):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert client.get("/healthz/live").status_code == 200
            assert client.get("/orders/").status_code == 200
    with time_machine.travel(start + timedelta(hours=12, minutes=1), tick=False):
        assert client.get("/orders/").status_code == 302


def test_a_session_ends_at_once_when_a_post_or_an_account_ends(street, client):
    log_in(client, street.people["secretary"])
    appoint(street.people["secretary"], "worker", street.units["西村"], starts_on=timezone.localdate(), reason="任")
    assert client.get("/orders/").status_code == 200
    post = street.people["secretary"].appointments.get(post="secretary")
    dismiss(post, on=timezone.localdate() - timedelta(days=1), reason="免")
    assert "您的任职有变动，请重新登录。" in client.get("/orders/", follow=True).content.decode()
    log_in(client, street.people["worker"])
    User.objects.filter(username="worker").update(is_active=False)
    assert client.get("/orders/").headers["Location"] == "/login/?next=%2Forders%2F"


def test_who_holds_no_post_cannot_log_in(street, client):
    make_user("jobless")
    assert "您的账号目前没有有效的任职，不能登录。" in try_login(client, "jobless").content.decode()


def test_an_expired_session_in_a_partial_page_sends_the_window_to_the_log_in_and_back(street, client):
    response = client.get(
        "/orders/?q=x", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/orders/?light=red"}
    )
    assert response.headers["HX-Redirect"] == "/login/?next=%2Forders%2F%3Flight%3Dred"
    posted = client.post("/orders/shares/1/receive/", headers={"Referer": "http://testserver/orders/1/"})
    assert posted.headers["Location"] == "/login/?next=%2Forders%2F1%2F"


def test_a_post_without_duties_is_no_way_in(street, client):
    """A member of the “大党委” holds a post and has no log-in."""
    member = make_user("member")
    appoint(member, "council_member", street.units["东中心"], starts_on=timezone.localdate(), reason="聘")
    assert try_login(client, "member").status_code == 200
    log_in(client, member)
    assert client.get("/organisation/").status_code == 302


def test_the_old_password_is_counted_like_a_log_in(street, client, settings):
    """Whoever finds an open session has five guesses; the sixth is not looked at, and says so."""
    log_in(client, street.people["secretary"])
    new = {"new_password1": "my-Own-2026-Pass", "new_password2": "my-Own-2026-Pass"}
    pages = [client.post("/password/", new | {"old_password": WRONG}).content.decode() for _ in range(5)]
    assert "原密码不对，请再输一次。" in pages[0]
    assert "密码连续输错 5 次，已锁定 15 分钟" in pages[4]
    assert (
        "密码连续输错 5 次，已锁定 15 分钟"
        in client.post("/password/", new | {"old_password": PASSWORD}).content.decode()
    )
    assert try_login(Client(), "secretary").status_code == 200  # one lock
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert client.post("/password/", new | {"old_password": PASSWORD}).headers["Location"] == "/"
    secretary = User.objects.get(username="secretary")
    assert (secretary.failed_logins, secretary.check_password("my-Own-2026-Pass")) == (0, True)


def test_the_admin_site_asks_no_password_of_its_own(street, client):
    log_in(client, street.people["sysadmin"])
    for method in (client.get, client.post):
        assert method("/admin/password_change/").headers["Location"] == "/password/"


@pytest.mark.parametrize("password", [" " * 10, "\u3000" * 12, "z" * 12, "啊" * 10, "z z z z z z z z"])
def test_blanks_and_one_character_again_and_again_are_no_password(street, client, password):
    log_in(client, street.people["secretary"])
    new = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert "密码不能只是空格，也不能只重复同一个字符，请换一个。" in client.post("/password/", new).content.decode()
    assert User.objects.get(username="secretary").check_password(PASSWORD)


def test_a_forced_change_wants_another_password(street, client):
    log_in(client, street.people["secretary"])
    same = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "新密码不能和原密码相同，请换一个。" in client.post("/password/", same).content.decode()
