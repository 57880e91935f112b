"""Changes of posts, prepared by the Party office."""

from django.utils import timezone

from districts.posts.models import AppointmentChange
from tests.access.marks import Rows
from tests.access.rules import alone, assessor, each, known, may
from tests.cast import make_user

MARKS = {"changes": Rows(AppointmentChange)}
URLS = {
    "appointment_table": (alone, {"GET": assessor}),
    "appointment_preview": (alone, {"GET": known, "POST": assessor}),
    "appointment_prepare": (alone, {"GET": known, "POST": assessor}),
    "appointment_export": (alone, {"GET": assessor}),
    "appointment_withdraw": (each("changes"), {"GET": known, "POST": may("assess", "unit")}),
}


def seed(world):
    """A change of posts waiting in each street."""
    for unit, login in [("东二社区", "secretary2"), ("外社区", "secretary3")]:
        given = {"user": make_user(login), "post": "worker", "unit": world.street.units[unit]}
        AppointmentChange.objects.create(**given, on=timezone.localdate(), reason="任", prepared_by=None)
