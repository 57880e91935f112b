import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuqiao_portal.settings")

app = Celery("yuqiao_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["yuqiao_portal"])
app.steps["worker"].add("yuqiao_portal.alive:WorkersHeart")
