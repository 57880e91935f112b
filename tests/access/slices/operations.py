"""The health of the installation, and the progress of a job."""

from districts.jobs.models import Job
from tests.access.marks import Rows
from tests.access.rules import alone, each, everybody, may, over
from tests.cast import STREET


def is_sysadmin(login, record, world):
    return login == "sysadmin"


MARKS = {"jobs": Rows(Job, related=("unit",))}
GATE = {Job: over("unit")}
URLS = {
    "job_progress": (each("jobs"), {"GET": may("view", "unit")}),
    "health": (alone, {"GET": is_sysadmin}),
    "live": (alone, {"GET": everybody}),
    "ready": (alone, {"GET": everybody}),
}
AFTER = ("standings",)


def seed(world):
    Job.objects.create(kind="rollup", unit=world.street.units[STREET], arguments={"month": world.month})
