"""Settings of the test runs: the real ones, with a throw-away key and fast hashing. The database comes from DATABASE_URL."""

import os
import tempfile

os.environ.setdefault("DJANGO_DEBUG", "0")
os.environ.setdefault("DJANGO_SECRET_KEY", "only-for-tests-" + "0123456789" * 4)
os.environ.setdefault("DJANGO_BEHIND_TLS", "0")
os.environ.setdefault("TOTP_FOR_ADMINS", "0")  # its own tests turn it on
_FOLDER = os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="portal-tests-"))
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if os.environ.get("FOLDER_OF", "") != _WORKER:  # workers at once must not meet each other's files; their children share
    os.environ["FOLDER_OF"], _FOLDER = _WORKER, f"{_FOLDER}/{_WORKER}"
    os.environ["DATA_DIR"] = _FOLDER
    os.makedirs(_FOLDER, exist_ok=True)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_FOLDER}/tests.sqlite3")

os.environ.setdefault("LOG_DIR", "-")
os.environ["CELERY_QUEUE"] = f"test-{os.getpid()}"  # two runs on one broker must not take each other's jobs

from yuqiao_portal.settings import *  # noqa: E402, F403

del os.environ["TMPDIR"]
tempfile.tempdir = None  # pytest keeps what is temporary where it always does

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, not memory: several writers must meet the same locks as in the office.
    DATABASES["default"]["TEST"] = {"NAME": f"{_FOLDER}/test.sqlite3"}  # noqa: F405
    # Nothing of a test needs to survive a power cut, so none waits for the disk; other processes of theirs do.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"  # noqa: F405
