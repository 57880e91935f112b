"""The web process watches what runs by itself: somebody is told once of what stands still, while it stands still."""

import logging
import threading

from django.db import DatabaseError, connection
from django.utils import timezone

from districts.jobs.models import Alarm
from yuqiao_portal.operations.checks import failures_to_tell

FIRST_SECONDS = 60  # worker and scheduler start together with the web
EVERY_SECONDS = 15
log = logging.getLogger(__name__)


def watch():
    """Begin an alarm for each check that fails and was not told yet, and end those that are well again."""
    failing = {check.key: check for check in failures_to_tell()}
    now, open_alarms = timezone.now(), Alarm.objects.filter(ended_at=None)
    open_alarms.exclude(kind__in=failing).update(ended_at=now)
    told = set(open_alarms.values_list("kind", flat=True))
    for key in failing.keys() - told:
        text = f"{failing[key].name}：{failing[key].text}"[:200]
        _, is_new = Alarm.objects.get_or_create(kind=key, ended_at=None, defaults={"text": text, "since": now})
        if is_new:
            log.error("alarm: %s", text)


def start():
    """Watch from a thread of its own. Returns a function that stops it."""
    over = threading.Event()
    thread = threading.Thread(target=_keep, args=[over], name="watch", daemon=True)
    thread.start()

    def stop():
        over.set()
        thread.join(5)

    return stop


def _keep(over):
    seconds = FIRST_SECONDS
    while not over.wait(seconds):
        seconds = EVERY_SECONDS
        try:
            watch()
        except DatabaseError as error:
            log.warning("not watched: %s", type(error).__name__)
        finally:
            connection.close()
