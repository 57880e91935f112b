"""The pages of the three administrators."""

from districts.admin import calendar, history, jobs, lending, people, trail, units

__all__ = ["calendar", "history", "jobs", "lending", "people", "trail", "units"]
