"""Two-step log-in: a must for administrators, a choice for everybody, guessed under five attempts of its own."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.posts.models import User
from districts.trail.models import Event
from tests.cast import PASSWORD, build_street, log_in
from yuqiao_portal.accounts.second_factor import CodeForm, typeable


def code_of(device, drift=0):
    return f"{totp(device.bin_key, drift=drift):06d}"


def give_password(client, login):
    return client.post("/login/", {"username": login, "password": PASSWORD})


@pytest.fixture
def device(street):
    return TOTPDevice.objects.create(user=street.people["secretary"], name="手机", confirmed=True)


def test_a_password_alone_opens_nothing_where_a_code_is_due(street, client, device):
    assert give_password(client, "secretary").headers["Location"].startswith("/login/code/")
    assert client.get("/").headers["Location"].startswith("/login/")
    page = client.post("/login/code/", {"code": "000000"}).content.decode()
    assert "动态码不对或已过期" in page
    device.refresh_from_db()
    device.throttle_reset()
    assert client.post("/login/code/", {"code": code_of(device)}).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_code_is_good_once(street, client, device):
    code = code_of(device)
    give_password(client, "secretary")
    client.post("/login/code/", {"code": code})
    client.post("/logout/")
    give_password(client, "secretary")
    assert "动态码不对或已过期" in client.post("/login/code/", {"code": code}).content.decode()


LOCKED = "动态码连续输错 5 次，15 分钟内不再核对动态码。"


def test_codes_have_a_lock_of_their_own_with_its_own_words_that_ends_after_a_quarter_of_an_hour(street, client, device):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        give_password(client, "secretary")
        for _ in range(5):
            assert "动态码不对或已过期" in client.post("/login/code/", {"code": "111111"}).content.decode()
        assert LOCKED in client.post("/login/code/", {"code": code_of(device)}).content.decode()
        assert client.get("/").status_code == 302
        for _ in range(4):  # the door of the password is another: wrong ones there are still looked at
            client.post("/login/", {"username": "secretary", "password": "wrong-Pass-2026"})
        assert give_password(client, "secretary").headers["Location"].startswith("/login/code/")
    with time_machine.travel(start + timedelta(minutes=16), tick=False):
        give_password(client, "secretary")
        assert client.post("/login/code/", {"code": code_of(device)}).headers["Location"] == "/"


def test_wrong_passwords_lock_no_code(street, client, device):
    give_password(client, "secretary")
    for _ in range(6):
        Client().post("/login/", {"username": "secretary", "password": "wrong-Pass-2026"})
    assert client.post("/login/code/", {"code": code_of(device)}).headers["Location"] == "/"


@pytest.mark.django_db(transaction=True)
def test_of_64_wrong_codes_at_once_at_most_five_are_checked():
    """Counted on the device: it notes every code that it really looked at and refused."""
    street = build_street()
    device = TOTPDevice.objects.create(user=street.people["secretary"], name="手机", confirmed=True)
    valid, start = {code_of(device, drift) for drift in range(-2, 4)}, threading.Barrier(64)
    wrong = [code for code in (f"{n:06d}" for n in range(80)) if code not in valid][:64]

    def guess(code):
        start.wait()
        CodeForm({"code": code}, device=TOTPDevice.objects.get(pk=device.pk)).is_valid()
        connection.close()

    threads = [threading.Thread(target=guess, args=[code]) for code in wrong]
    [t.start() for t in threads]
    [t.join() for t in threads]
    device.refresh_from_db()
    assert device.throttling_failure_count == 5
    assert User.objects.get(username="secretary").failed_codes == 5


def test_a_code_waits_five_minutes_and_no_longer(street, client, device):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        give_password(client, "secretary")
    with time_machine.travel(start + timedelta(seconds=299), tick=False):
        assert client.get("/login/code/").status_code == 200
    with time_machine.travel(start + timedelta(seconds=301), tick=False):
        assert client.get("/login/code/").headers["Location"] == "/login/"
        assert client.post("/login/code/", {"code": code_of(device)}).headers["Location"] == "/login/"
        assert client.get("/").headers["Location"].startswith("/login/")


def test_the_code_page_is_nobodys_without_a_password(db, client):
    assert client.get("/login/code/").headers["Location"] == "/login/"


def test_an_administrator_sets_it_up_before_anything_else(street, client, settings):
    settings.TOTP_FOR_ADMINS = True
    log_in(client, street.people["secadmin"])
    assert client.get("/admin/").headers["Location"] == "/second-factor/"
    page = client.get("/second-factor/")
    device = TOTPDevice.objects.get(user=street.people["secadmin"], confirmed=False)
    assert (typeable(device) in page.content.decode(), "data:image/svg+xml" in page.content.decode()) == (True, True)
    assert "动态码不对" in client.post("/second-factor/", {"code": "123456"}).content.decode()
    device.refresh_from_db()
    device.throttle_reset()
    assert client.post("/second-factor/", {"code": code_of(device)}).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert client.get("/second-factor/off/").headers["Location"] == "/second-factor/"  # and cannot turn it off


def test_everybody_else_may_turn_it_on_and_off(street, client, settings):
    settings.TOTP_FOR_ADMINS = True
    log_in(client, street.people["secretary"])
    assert client.get("/").status_code == 200
    client.get("/second-factor/")
    device = TOTPDevice.objects.get(user=street.people["secretary"])
    client.post("/second-factor/", {"code": code_of(device)})
    assert "两步验证已启用" in client.get("/me/").content.decode()
    device.refresh_from_db()
    client.post("/second-factor/off/", {"code": code_of(device, drift=1)})
    assert not TOTPDevice.objects.filter(user=street.people["secretary"], confirmed=True).exists()


def enter(client, device):
    give_password(client, device.user.username)
    client.post("/login/code/", {"code": code_of(device)})


def test_a_phone_is_replaced_only_with_a_code_of_the_old_one(street, client, device):
    """An open session alone neither sees a new secret nor replaces the phone, and guesses under the same five attempts."""
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        enter(client, device)
        assert client.get("/").status_code == 200
        page = client.get("/second-factor/").content.decode()
        assert ("先填现在这部手机上的 6 位动态码" in page, "data:image" in page) == (True, False)
        mine = TOTPDevice.objects.create(user=device.user, name="手机", confirmed=False)
        assert "动态码不对" in client.post("/second-factor/", {"code": code_of(mine)}).content.decode()
        assert list(TOTPDevice.objects.filter(confirmed=True)) == [device]
    with time_machine.travel(start + timedelta(seconds=60), tick=False):
        assert client.post("/second-factor/", {"code": code_of(device)}).headers["Location"] == "/second-factor/"
        assert "data:image" in client.get("/second-factor/").content.decode()
        fresh = TOTPDevice.objects.get(confirmed=False)
        assert fresh.pk != mine.pk  # what was made before this session asked is not what it confirms
        assert client.post("/second-factor/", {"code": code_of(fresh)}).headers["Location"] == "/"
        assert list(TOTPDevice.objects.filter(confirmed=True)) == [fresh]


def test_the_old_code_is_good_for_five_minutes(street, client, device):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        enter(client, device)
    with time_machine.travel(start + timedelta(seconds=60), tick=False):
        client.post("/second-factor/", {"code": code_of(device)})
        client.get("/second-factor/")
        fresh = TOTPDevice.objects.get(confirmed=False)
    with time_machine.travel(start + timedelta(seconds=362), tick=False):
        client.post("/second-factor/", {"code": code_of(fresh)})
        assert list(TOTPDevice.objects.filter(confirmed=True)) == [device]


def test_wrong_codes_inside_a_session_are_counted(street, client, device):
    enter(client, device)
    for _ in range(5):
        client.post("/second-factor/off/", {"code": "111111"})
    for address in ("/second-factor/off/", "/second-factor/"):
        assert LOCKED in client.post(address, {"code": code_of(device, drift=1)}).content.decode()
    assert TOTPDevice.objects.filter(confirmed=True).exists()


def reset(client, user):
    sent = {"action": "reset_second_factors", "_selected_action": [user.pk]}
    return client.post("/admin/districts/user/", sent, follow=True).content.decode()


def test_the_security_administrator_resets_a_lost_phone_and_it_is_set_up_anew(street, client, device):
    User.objects.filter(username="secretary").update(failed_codes=5, last_code_failed_at=timezone.now())
    log_in(client, street.people["secadmin"])
    assert "名secretary的两步验证已重置，下次登录须重新启用。" in reset(client, street.people["secretary"])
    assert not TOTPDevice.objects.exists()
    event = Event.objects.latest("serial")
    assert (event.kind, event.actor.username, event.subject) == (
        "password",
        "secadmin",
        "重置 名secretary（secretary）的两步验证",
    )
    visitor = Client()
    assert give_password(visitor, "secretary").status_code == 302
    assert visitor.get("/orders/").headers["Location"] == "/second-factor/"
    assert "您的两步验证已被重置" in visitor.get("/second-factor/").content.decode()
    fresh = TOTPDevice.objects.get()
    assert visitor.post("/second-factor/", {"code": code_of(fresh)}).headers["Location"] == "/"
    assert visitor.get("/orders/").status_code == 200
    assert "没有启用两步验证，不用重置。" in reset(client, street.people["worker"])


def test_nobody_resets_their_own_and_no_other_administrator_resets_anybodys(street, client, device):
    own = TOTPDevice.objects.create(user=street.people["secadmin"], name="手机", confirmed=True)
    log_in(client, street.people["secadmin"])
    assert "不能重置自己的两步验证。" in reset(client, street.people["secadmin"])
    for login in ("sysadmin", "auditor"):
        log_in(client, street.people[login])
        assert "reset_second_factors" not in client.get("/admin/districts/user/").content.decode()
        reset(client, street.people["secretary"])
    assert set(TOTPDevice.objects.all()) == {own, device}


def test_a_lost_phone_is_forgotten_by_a_command_too(street, device, capsys):
    call_command("reset_totp", "secretary")
    assert "已清除名secretary的两步验证。" in capsys.readouterr().out
    assert not TOTPDevice.objects.filter(user=User.objects.get(username="secretary")).exists()


def test_the_secret_can_be_typed_into_an_authenticator():
    device = TOTPDevice(key="00" * 10 + "ff" * 10)
    assert typeable(device) == "AAAA AAAA AAAA AAAA 7777 7777 7777 7777"
