"""A workbook that was tried and waits for its confirmation: it names people, so it stays an hour and is its owner's alone."""

import time
import uuid

from django.conf import settings

KEPT_SECONDS = 3600


def _folder():
    return settings.DATA_DIR / "staging"


def stage(content):
    """Keep a file's content; returns its name."""
    name = uuid.uuid4().hex
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    (_folder() / name).touch(mode=0o600)
    (_folder() / name).write_bytes(content)
    return name


def staged(name):
    return _folder() / name


def forget_staged():
    """What nobody confirmed within the hour goes."""
    for path in _folder().iterdir() if _folder().exists() else ():
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
