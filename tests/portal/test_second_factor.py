"""Two-step log-in: a must for administrators, a choice for everybody, guessed under the same five attempts."""

import pytest
from django.core.management import call_command
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.posts.models import User
from tests.cast import PASSWORD, log_in
from yuqiao_portal.accounts.second_factor import typeable


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


def test_codes_are_guessed_under_the_same_five_attempts(street, client, device):
    give_password(client, "secretary")
    for _ in range(5):
        page = client.post("/login/code/", {"code": "111111"}).content.decode()
    page = client.post("/login/code/", {"code": code_of(device)}).content.decode()
    assert "账号已锁定" in page
    assert client.get("/").status_code == 302


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


def test_a_lost_phone_is_forgotten_by_a_command_only(street, device, capsys):
    call_command("reset_totp", "secretary")
    assert "已清除名secretary的两步验证。" in capsys.readouterr().out
    assert not TOTPDevice.objects.filter(user=User.objects.get(username="secretary")).exists()


def test_the_secret_can_be_typed_into_an_authenticator():
    device = TOTPDevice(key="00" * 10 + "ff" * 10)
    assert typeable(device) == "AAAA AAAA AAAA AAAA 7777 7777 7777 7777"
