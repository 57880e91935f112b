"""History of changes for administrators: who changed which unit, person or appointment. No business record."""

from auditlog.registry import auditlog

from districts.posts.models import Appointment, User
from districts.units.models import Placement, Unit, UnitName


def register():
    auditlog.register(Unit, exclude_fields=["lft", "rght", "tree_id", "level"])
    auditlog.register(Placement)
    auditlog.register(UnitName)
    auditlog.register(Appointment)
    auditlog.register(User, exclude_fields=["password", "last_login", "phone", "failed_logins", "last_failed_at"])
