"""Settings of the test runs: the real ones, with a throw-away key and fast hashing. The database comes from DATABASE_URL."""

import os
import tempfile

os.environ.setdefault("DJANGO_DEBUG", "0")
os.environ.setdefault("DJANGO_SECRET_KEY", "only-for-tests-" + "0123456789" * 4)
os.environ.setdefault("DJANGO_BEHIND_TLS", "0")
os.environ.setdefault("TOTP_FOR_ADMINS", "0")  # its own tests turn it on
_FOLDER = os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="portal-tests-"))
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_FOLDER}/tests.sqlite3")

os.environ["CELERY_QUEUE"] = f"test-{os.getpid()}"  # two runs on one broker must not take each other's jobs

from yuqiao_portal.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, not memory: several writers must meet the same locks as in the office.
    DATABASES["default"]["TEST"] = {"NAME": f"{_FOLDER}/test.sqlite3"}  # noqa: F405
