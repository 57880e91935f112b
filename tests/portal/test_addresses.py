"""A portal on the office's network answers under the addresses that its computer has now, and under no other name."""

import subprocess
import sys

import pytest
from django.test import Client

from tests.processes import ROOT
from yuqiao_portal.addresses import OwnAddresses

NETWORK_COMES_LATE = """
import fcntl, socket, struct
from django.http.request import validate_host
from yuqiao_portal.addresses import OwnAddresses

hosts = OwnAddresses()
print(validate_host("127.0.0.1", hosts), validate_host("10.9.8.7", hosts))
name = struct.pack("16sH2x4s8x", b"lo:1", socket.AF_INET, socket.inet_aton("10.9.8.7"))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
    fcntl.ioctl(link, 0x8914, struct.pack("16sH14x", b"lo", 1))  # SIOCSIFFLAGS: up
    fcntl.ioctl(link, 0x8916, name)  # SIOCSIFADDR
print(validate_host("10.9.8.7", hosts), validate_host("10.9.8.8", hosts))
"""


@pytest.mark.namespace
def test_an_address_that_comes_after_the_start_is_accepted():
    command = ["unshare", "-rn", sys.executable, "-c", NETWORK_COMES_LATE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True False\nTrue False\n"


def test_own_names_are_accepted_and_no_other(db, settings):
    settings.ALLOWED_HOSTS = OwnAddresses()
    said = {
        host: Client().get("/login/", headers={"host": host}).status_code
        for host in ("127.0.0.1", "localhost", "a.example", "10.9.8.7")
    }
    assert said == {"127.0.0.1": 200, "localhost": 200, "a.example": 400, "10.9.8.7": 400}


def test_the_setting_that_serve_gives_is_understood():
    code = "import os; os.environ['DJANGO_ALLOWED_HOSTS'] = 'own'; from yuqiao_portal import settings; print(type(settings.ALLOWED_HOSTS).__name__)"
    environment = {
        "PATH": "/usr/bin:/bin",
        "DJANGO_SECRET_KEY": "k" * 40,
        "DATABASE_URL": "sqlite:////tmp/none.sqlite3",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "OwnAddresses\n"
