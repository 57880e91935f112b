"""The project: settings, URLs, Celery, and every page that shows several apps.

Belongs here: what puts the apps together (workbench, organisation pages, log-in, jobs table, demo street).
Does not belong here: a rule about one noun. May import all four apps.
"""

from yuqiao_portal.celery import app as celery_app

__all__ = ["celery_app"]
