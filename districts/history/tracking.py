"""Which changes are kept for the auditor: of units, people and appointments; never a secret, never a business record."""

from auditlog.registry import auditlog

from districts.calendar.models import CalendarDay
from districts.posts.models import Appointment, AppointmentChange, Delegation, Grant, User
from districts.units.models import Placement, ServiceLink, Unit, UnitName

COUNTED = ["failed_logins", "last_failed_at", "failed_codes", "last_code_failed_at"]
SECRET_OR_NOISE = ["password", "last_login", "phone", *COUNTED]


def register():
    auditlog.register(Unit, exclude_fields=["lft", "rght", "tree_id", "level"])
    auditlog.register(User, exclude_fields=SECRET_OR_NOISE)
    for model in (Placement, UnitName, ServiceLink, Appointment, AppointmentChange, Delegation, Grant, CalendarDay):
        auditlog.register(model)
