"""Signs of life: who beats, and who has fallen silent whether or not a job waits."""

import logging
import threading
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from districts.jobs.models import Heartbeat

EVERY_SECONDS = 15
SILENT = timedelta(seconds=45)  # three beats missed
log = logging.getLogger(__name__)


def beat(part, node="", since=None):
    """Note that a part is alive. A database that does not answer misses a beat; what beats goes on."""
    now = timezone.now()
    try:
        Heartbeat.objects.bulk_create(
            [Heartbeat(part=part, node=node, since=since or now, at=now)],
            update_conflicts=True,
            unique_fields=["part", "node"],
            update_fields=["since", "at"],
        )
    except DatabaseError as error:
        log.warning("heartbeat of %s missed: %s", part, type(error).__name__)


def newest(part):
    """The Heartbeat of whichever node was heard last, or None."""
    return Heartbeat.objects.filter(part=part).order_by("-at").first()


def is_silent(heard):
    return heard is None or heard.at < timezone.now() - SILENT


class Heart:
    """Beats from a thread of its own until it is stopped, so that no long task delays it."""

    def __init__(self, part, node):
        self.part, self.node, self.since = part, node, timezone.now()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._keep, name=f"heart-{part}", daemon=True)

    def start(self):
        self.thread.start()

    def stop(self):
        self.over.set()
        self.thread.join()

    def _keep(self):
        while not self.over.is_set():
            beat(self.part, self.node, self.since)
            connection.close()
            self.over.wait(EVERY_SECONDS)
