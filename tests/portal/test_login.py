"""Log-in: at most five wrong passwords are really checked, colleagues are not locked out, sessions end in time."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.db import connection
from django.test import Client
from django.utils import timezone

from districts.posts.administrators import reset_password
from districts.posts.appointing import appoint, dismiss
from districts.posts.models import User
from tests.cast import PASSWORD, build_street, log_in, make_user

WRONG = "wrong-Pass-2026"


def try_login(client, username, password=PASSWORD, **headers):
    return client.post("/login/", {"username": username, "password": password}, headers=headers)


def test_a_user_logs_in_by_name_or_by_staff_number_and_reaches_the_workbench(street, client):
    User.objects.filter(username="secretary").update(staff_number="T0042")
    for door in ("secretary", "T0042"):
        response = try_login(Client(), door)
        assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_a_wrong_password_gets_one_sentence_for_known_and_unknown_names(street, client):
    for name in ("secretary", "nobody-of-that-name"):
        page = try_login(client, name, WRONG).content.decode()
        assert "用户名（工号）或密码不对。连续输错 5 次，账号会锁定 15 分钟。" in page


def test_the_sixth_wrong_try_is_told_of_the_lock_through_either_door_and_it_ends_after_a_quarter_of_an_hour(
    street, client
):
    User.objects.filter(username="secretary").update(staff_number="T0042")
    for n in range(5):
        try_login(client, ("secretary", "T0042")[n % 2], WRONG)
    assert "连续输错 5 次，账号已锁定。" in try_login(client, "T0042").content.decode()
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


def test_a_forced_change_wants_another_password(street, client):
    log_in(client, street.people["secretary"])
    same = {"old_password": PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "新密码不能和原密码相同，请换一个。" in client.post("/password/", same).content.decode()
