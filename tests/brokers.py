"""The portal's own broker address, for a while another one."""

import os
from contextlib import contextmanager

from celery import current_app


@contextmanager
def broker_at(address):
    """Celery asks its environment before its settings, so both give way; connections kept open are forgotten."""
    before, named = current_app.conf.broker_url, os.environ.pop("CELERY_BROKER_URL", None)
    current_app.conf.broker_url = address
    current_app._after_fork()
    assert current_app.conf.broker_url == address
    try:
        yield
    finally:
        current_app.conf.broker_url = before
        if named:
            os.environ["CELERY_BROKER_URL"] = named
        current_app._after_fork()
