"""Gathers the app's models."""

from districts.jobs.models import Job
from districts.posts.models import Appointment, UnitGroupPermission, UnitUserPermission, User
from districts.units.models import Placement, Unit, UnitName

__all__ = ["Appointment", "Job", "Placement", "Unit", "UnitGroupPermission", "UnitName", "UnitUserPermission", "User"]
