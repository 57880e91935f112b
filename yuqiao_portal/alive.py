"""Worker and scheduler say that they are alive; loaded by their names, after Django."""

import time
from socket import gethostname

from celery import bootsteps
from celery.beat import Scheduler
from django.db import connection
from django.utils import timezone

from districts.jobs.hearts import EVERY_SECONDS, Heart, beat
from districts.jobs.models import Heartbeat


class WorkersHeart(bootsteps.StartStopStep):
    """Part of every worker, the embedded one too."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker, **kwargs):
        self.heart = Heart(Heartbeat.Part.WORKER, worker.hostname)

    def start(self, worker):
        self.heart.start()

    def stop(self, worker):
        self.heart.stop()


class BeatingScheduler(Scheduler):
    """Celery's own, which keeps no file, and beats while it looks what is due."""

    def __init__(self, *args, **kwargs):
        self.since, self.next_beat = timezone.now(), 0
        super().__init__(*args, **kwargs)

    def tick(self, *args, **kwargs):
        if time.monotonic() >= self.next_beat:
            self.next_beat = time.monotonic() + EVERY_SECONDS - 1
            beat(Heartbeat.Part.BEAT, gethostname(), self.since)
            connection.close()
        return super().tick(*args, **kwargs)
