"""An office at work: many people at once on a real server over many records. No error, nothing lost or double, memory flat.

How long answers took is printed, never judged here.
"""

import http.client
import re
import statistics
import threading
import time
import urllib.parse
from datetime import date
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from districts.posts.appointing import appoint
from districts.units.models import Unit
from partybuilding.matters.logs.models import WorkLog
from tests.cast import LONG_AGO, log_in, make_user, seed_scheme
from tests.processes import kill, python
from tests.soak.sizes import size
from yuqiao_portal.demo.city import build_city

pytestmark = pytest.mark.django_db(transaction=True)
PORT = 8791
READ = ["/", "/orders/", "/appeals/", "/worklogs/", "/standings/", "/organisation/", "/appeals/?todo=open", "/goals/"]


def people(count):
    """[(login's session cookie, own community)] of so many community workers."""
    seed_scheme()
    build_city(size(short=1, sample=2, full=60), [date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)])
    communities = list(Unit.objects.filter(kind="community"))
    found = []
    for n in range(count):
        user, home = make_user(), communities[n % len(communities)]
        appoint(user, "worker", home, starts_on=LONG_AGO, reason="测试")
        found.append((log_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value, home))
    return found


class Person(threading.Thread):
    """Somebody who reads pages and, every fifth time, writes a log; `said` is [(path, status, seconds)]."""

    def __init__(self, number, session, home, times, pause):
        super().__init__()
        self.rng, self.home, self.times, self.pause = Random(number), home, times, pause
        self.number, self.cookies, self.said, self.written = number, {settings.SESSION_COOKIE_NAME: session}, [], 0

    def run(self):
        for n in range(self.times):
            time.sleep(self.rng.random() * 2 * self.pause)
            if n % 5 == 4:
                self.write(n)
            else:
                self.ask("GET", self.rng.choice(READ))

    def write(self, n):
        page = self.ask("GET", "/worklogs/new/")
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|once)" value="([^"]+)"', page))
        fields = {
            "text": f"{self.number} 的第 {n} 条",
            "happened_on": timezone.localdate(),
            "unit": self.home.pk,
            "order": "",
        }
        self.ask("POST", "/worklogs/new/", urllib.parse.urlencode(hidden | fields))
        self.written += 1

    def ask(self, method, path, body=None):
        line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        line.request(method, path, body, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        self.said.append((path, answer.status, time.perf_counter() - started))
        for name, value in re.findall(r"(\w+)=([^;]+);", "; ".join(answer.msg.get_all("Set-Cookie") or []) + ";"):
            if name == settings.CSRF_COOKIE_NAME:
                self.cookies[name] = value
        return text


def serving():
    """A real server on the database under test, set up as an office is served, answering."""
    known = {
        "PORTAL_BIND": f"127.0.0.1:{PORT}",
        "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
        "DJANGO_SECRET_KEY": settings.SECRET_KEY,
    }
    server = python("from yuqiao_portal.operations.serving import become_server; become_server()", **known)
    for _ in range(120):
        try:
            line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            line.request("GET", "/healthz/live")
            line.getresponse()
            return server
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server did not come up")


def memory(server):
    """Megabytes of the server's processes."""
    pids = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    sizes = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1] for pid in pids]
    return sum(map(int, sizes)) / 1024


def at_work(found, times, pause):
    """All of them at once; returns those people."""
    hands = [Person(n, session, home, times, pause) for n, (session, home) in enumerate(found)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return hands


def slow(seconds):
    """What nineteen of twenty answers stayed within, in milliseconds; of a single answer that one."""
    return 1000 * (statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0])


def test_an_office_at_work_sees_no_error_and_loses_nothing():
    found = people(size(short=4, sample=10, full=50))
    times, pause = size(short=5, sample=10, full=60), size(short=0.1, sample=0.3, full=2)
    server = serving()
    try:
        warm = at_work(found, times, pause)
        before = memory(server)
        hands = at_work(found, times, pause)
        after = memory(server)
    finally:
        kill(server)
    said = [answer for hand in hands for answer in hand.said]
    print(f"{len(hands)} people, {len(said)} answers, memory {before:.0f} then {after:.0f} MB")
    for path in ["", *sorted({path for path, _, _ in said})]:
        seconds = [taken for where, _, taken in said if path in ("", where)]
        print(f"  {path or 'every page':<22} {slow(seconds):5.0f} ms of {len(seconds)}")
    assert {status for hand in warm + hands for _, status, _ in hand.said} == {200, 302}
    assert WorkLog.objects.count() == sum(hand.written for hand in warm + hands) > 0
    assert after < 1.2 * before + 20
