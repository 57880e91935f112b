"""Gathers the app's admin."""

from districts.calendar import admin as calendar_admin
from districts.history import admin as history_admin
from districts.jobs import admin as jobs_admin
from districts.posts import admin as posts_admin
from districts.posts import lending_admin
from districts.trail import admin as trail_admin
from districts.units import admin as units_admin

__all__ = [
    "calendar_admin", "history_admin", "jobs_admin", "lending_admin", "posts_admin", "trail_admin", "units_admin",
]  # fmt: skip
