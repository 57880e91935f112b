import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

from yuqiao_portal.safeguards.waits import PAGES, bounded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuqiao_portal.settings")
application = get_wsgi_application()
connections.databases["default"] |= bounded(connections.databases["default"], PAGES)  # also for what loading has made
