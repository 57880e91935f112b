"""The door-bell: best effort, on a thread of its own, so that a silent broker never holds a request."""

import logging
import queue
import threading

from celery import current_app

TASK = "yuqiao_portal.tasks.run_job"
_bell = queue.SimpleQueue()
_starting = threading.Lock()
_ringer = []
log = logging.getLogger(__name__)


def wake_later(job_id):
    """Tell some worker, soon, that a job waits. A lost ring is made good by the sweep."""
    with _starting:
        if not (_ringer and _ringer[0].is_alive()):
            _ringer[:] = [threading.Thread(target=_ring, name="job-bell", daemon=True)]
            _ringer[0].start()
    _bell.put(job_id)


def _ring():
    while True:
        job_id = _bell.get()
        try:
            current_app.send_task(TASK, args=[job_id], retry=False)
        except Exception as error:  # noqa: BLE001 - whatever the broker does, the sweep rings again
            log.warning("wake-up for job %s not sent: %s", job_id, type(error).__name__)
