"""Gathers the app's models."""

from districts.burden.models import Asked
from districts.calendar.models import CalendarDay
from districts.estates.models import Estate
from districts.inbox.models import Notice, Quiet
from districts.jobs.models import Alarm, Heartbeat, Job
from districts.posts.models import (
    Appointment,
    AppointmentChange,
    Delegation,
    Grant,
    UnitGroupPermission,
    UnitUserPermission,
    User,
)
from districts.records.dirty import DirtyKey
from districts.records.once import Submission
from districts.records.origin import Origin, Recusal
from districts.trail.models import Event
from districts.units.models import Placement, ServiceLink, Unit, UnitName
from districts.voice.models import Suggestion

__all__ = [
    "Alarm",
    "Appointment",
    "AppointmentChange",
    "Asked",
    "CalendarDay",
    "Delegation",
    "DirtyKey",
    "Estate",
    "Event",
    "Grant",
    "Heartbeat",
    "Job",
    "Notice",
    "Origin",
    "Placement",
    "Quiet",
    "Recusal",
    "ServiceLink",
    "Submission",
    "Suggestion",
    "Unit",
    "UnitGroupPermission",
    "UnitName",
    "UnitUserPermission",
    "User",
]
