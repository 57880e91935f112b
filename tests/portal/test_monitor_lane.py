"""The served portal: a monitor is answered while every thread that shows pages waits for the database."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager

import pytest

from tests.cast import build_street
from tests.processes import ROOT, environment, kill, manage
from tests.waiting import writers_held_up

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8  # of gunicorn.conf.py
TOKEN = "t" * 32


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(**extra):
    """The portal behind gunicorn, without a worker of its own; gives its port."""
    manage("collectstatic", "--noinput", "-v0")
    port = free_port()
    facts = {"PORTAL_BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1", "CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}
    known = {"DJANGO_ALLOWED_HOSTS": "127.0.0.1", "DJANGO_SECRET_KEY": os.environ["DJANGO_SECRET_KEY"]}
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "yuqiao_portal.wsgi"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(**facts | known | extra), start_new_session=True, stderr=subprocess.DEVNULL
    )
    try:
        until_it_listens(port)
        yield port
    finally:
        kill(process)


def until_it_listens(port):
    given_up = time.monotonic() + 60
    while True:
        try:
            return get(port, "/healthz/live")
        except OSError:
            assert time.monotonic() < given_up
            time.sleep(0.1)


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return answer.status


def log_in_at(port, sent, answered):
    """Send the log-in form as a browser does; notes that it was sent, and the status of what comes back."""
    form = f"csrfmiddlewaretoken={TOKEN}&username=nobody&password=wrong"
    head = {"Cookie": f"csrftoken={TOKEN}", "Content-Type": "application/x-www-form-urlencoded"}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.request("POST", "/login/", form, head)
    sent.append(port)
    answered.append(line.getresponse().status)
    line.close()


def test_a_monitor_is_answered_while_all_pages_wait():
    build_street()
    sent, answered = [], []
    with served() as port:
        senders = [threading.Thread(target=log_in_at, args=(port, sent, answered)) for _ in range(THREADS + 4)]
        with writers_held_up():
            for sender in senders:
                sender.start()
            while len(sent) < len(senders):
                time.sleep(0.01)
            for _ in range(4):
                assert (get(port, "/healthz/live"), get(port, "/healthz/ready"), answered) == (200, 200, [])
        for sender in senders:
            sender.join()
    assert answered == [200] * (THREADS + 4)  # the form again: it says that the password is wrong
