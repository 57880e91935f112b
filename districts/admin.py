"""Gathers the app's admin."""

from districts.history import admin as history_admin
from districts.posts import admin as posts_admin
from districts.units import admin as units_admin

__all__ = ["history_admin", "posts_admin", "units_admin"]
