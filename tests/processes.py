"""Other processes on the database under test: a shell that is killed, a worker of its own."""

import os
import signal
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def environment(**extra):
    """The environment in which another process finds the database under test."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{known['NAME']}"
    else:
        login = known["USER"] + (f":{known['PASSWORD']}" if known["PASSWORD"] else "")
        url = f"postgres://{login}@{known['HOST']}:{known['PORT'] or 5432}/{known['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yuqiao_portal.settings", **extra}


def python(code, **extra):
    """Start a Python that has the portal loaded and runs some code; returns the Popen."""
    code = f"import django; django.setup()\n{code}"
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(**extra), stdout=subprocess.PIPE, start_new_session=True
    )


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def worker():
    """A Celery worker: inside this process for memory://, a process of its own over a broker."""
    if settings.CELERY_BROKER_URL.startswith("memory"):
        from yuqiao_portal import embedded

        stop = embedded.start()
        try:
            yield
        finally:
            stop()
        return
    command = [sys.executable, "-m", "celery", "-A", "yuqiao_portal", "worker", "-l", "warning", "-c", "1"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)
    try:
        yield
    finally:
        kill(process)


def manage(*arguments, check=True, **variables):
    """Run a command as an operator does, on the database under test or on the one of `variables`."""
    known = {"DJANGO_SECRET_KEY": os.environ["DJANGO_SECRET_KEY"], "TOTP_FOR_ADMINS": "0"}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**known | variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def backed_up(folder):
    """A backup taken as an operator takes it: by a command, beside whatever else goes on."""
    manage("backup", str(folder), ANCHOR_DIR=str(settings.ANCHOR_DIR))
    return next(folder.glob("*.backup"))


def contents(path):
    """{member: bytes} of a backup, without when it was made."""
    with zipfile.ZipFile(path) as archive:
        return {n: archive.read(n) for n in archive.namelist() if n != "manifest.json"}


def start_worker(broker, *options):
    name = f"{uuid4().hex}@%h"  # RabbitMQ ends a second worker of the same name
    command = [sys.executable, "-m", "celery", "-A", "yuqiao_portal", "worker", "-n", name, "-l", "warning", "-c", "1"]
    command += options
    return subprocess.Popen(command, cwd=ROOT, env=environment(CELERY_BROKER_URL=broker), start_new_session=True)
