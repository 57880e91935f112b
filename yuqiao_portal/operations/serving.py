"""Become the web server: the settings of a served portal, whatever the command that starts it was run with."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def become_server(**environment):
    """Collect the static files and turn this process into gunicorn. Errors look as they would in the office."""
    _close_to_others(settings.DATABASES["default"]["NAME"])
    call_command("collectstatic", interactive=False, verbosity=0)
    served_as = {"DJANGO_DEBUG": "0", "DJANGO_BEHIND_TLS": "0", "DJANGO_SECRET_KEY": settings.SECRET_KEY}
    os.environ.update(served_as | environment)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "yuqiao_portal.wsgi"])


def _close_to_others(database):
    """An office's database of an earlier release could be read by every account of its computer."""
    for path in (Path(f"{database}{part}") for part in ("", "-wal", "-shm")):
        if path.exists():
            path.chmod(0o600)
