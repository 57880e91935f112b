"""Worker and beat as threads of the one web process, for the embedded default (memory:// transport)."""

import threading

from celery.beat import EmbeddedService
from django.db import connection

from yuqiao_portal.celery import app
from yuqiao_portal.safeguards.waits import JOBS, wait_as


def start():
    """Start both; called from the server's hook only. Returns a function that stops them."""
    app.loader.import_default_modules()
    worker = app.WorkController(app=app, pool_cls="solo", concurrency=1, without_heartbeat=True, without_gossip=True)
    thread = threading.Thread(target=_work, args=[worker], name="embedded-worker", daemon=True)
    thread.start()
    beat = EmbeddedService(app, thread=True, scheduler_cls=app.conf.beat_scheduler)
    beat.daemon = True
    beat.start()

    def stop():
        beat.service.stop()  # never `beat.stop()`: it waits for ever for a scheduler that has failed
        worker.stop()
        beat.join(5)
        thread.join(5)

    return stop


def _work(worker):
    """Its thread's connection waits as a job's does, though the process shows pages."""
    wait_as(connection, JOBS)
    worker.start()
