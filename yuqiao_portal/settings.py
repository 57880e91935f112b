"""The one settings file. Every value from the environment passes a reader that refuses a bad one."""

import os
import secrets
import tempfile
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from yuqiao_portal.addresses import OWN, OwnAddresses
from yuqiao_portal.safeguards.waits import JOBS, bounded

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = environ.Env()


def read_flag(name, default):
    value = os.environ.get(name, default)
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} 只能是 0 或 1，现在是 {value!r}。")
    return value == "1"


def read_count(name, default, unit="个"):
    value = os.environ.get(name, str(default))
    if not (value.isascii() and value.isdigit()) or int(value) == 0:
        raise ImproperlyConfigured(f"{name} 应为正整数（{unit}），现在是 {value!r}。")
    return int(value)


def read_hour(name, default):
    value = os.environ.get(name, str(default))
    if not (value.isascii() and value.isdigit()) or int(value) > 23:
        raise ImproperlyConfigured(f"{name} 应为 0 到 23 点，现在是 {value!r}。")
    return int(value)


def read_years(name):
    value = os.environ.get(name, "0")
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} 应为年数，0 为永久，现在是 {value!r}。")
    return int(value)


def read_seconds(name, default):
    return read_count(name, default, "秒")


def read_database():
    """The database of DATABASE_URL, with what each engine needs to be safe under several writers."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'var' / 'portal.sqlite3'}"
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        raise ImproperlyConfigured("DATABASE_URL 只支持 sqlite:///文件 或 postgres://… 。")
    database = environ.Env.db_url_config(url)
    if database["ENGINE"].endswith("sqlite3"):
        path = Path(database["NAME"])
        database["NAME"] = str(path if path.is_absolute() else BASE_DIR / path)
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    else:
        database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return database


def private_folder(path):
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def read_data_dir(database):
    default = Path(database["NAME"]).parent if database["ENGINE"].endswith("sqlite3") else BASE_DIR / "var"
    return private_folder(Path(os.environ.get("DATA_DIR") or default))


def read_log_file(folder):
    """Where the log goes besides the terminal or the journal; None for LOG_DIR=-."""
    named = os.environ.get("LOG_DIR") or folder / "logs"
    return None if named == "-" else Path(named) / "portal.log"


def read_secret_key(debug, folder):
    key = os.environ.get("DJANGO_SECRET_KEY", "")
    if key:
        if len(key) < 32:
            raise ImproperlyConfigured("DJANGO_SECRET_KEY 太短，至少 32 个字符。")
        return key
    kept = folder / "secret-key"  # of the demo and of an office PC: made once, beside the database
    if not debug and not kept.exists():
        raise ImproperlyConfigured("请设置 DJANGO_SECRET_KEY；只有 DJANGO_DEBUG=1 时才自动生成密钥。")
    if not kept.exists():
        kept.write_text(secrets.token_urlsafe(50))
        kept.chmod(0o600)
    return kept.read_text()


def read_hosts(default):
    hosts = ENV.list("DJANGO_ALLOWED_HOSTS", default=default)
    return OwnAddresses() if hosts == [OWN] else hosts


def read_broker():
    url = os.environ.get("CELERY_BROKER_URL") or "memory://localhost/"
    if not url.startswith(("memory://", "redis://", "rediss://", "amqp://", "amqps://")):
        raise ImproperlyConfigured("CELERY_BROKER_URL 只支持 memory://、redis://、amqp:// 。")
    return url


os.umask(0o077)  # whatever is written, the database, backups, logs, is for this account alone
DEBUG = read_flag("DJANGO_DEBUG", "0")
DATABASES = {"default": bounded(read_database(), JOBS)}  # of pages: yuqiao_portal.wsgi
DATA_DIR = read_data_dir(DATABASES["default"])
SECRET_KEY = read_secret_key(DEBUG, DATA_DIR)
ALLOWED_HOSTS = read_hosts(["127.0.0.1", "localhost"] if DEBUG else [])
TRAIL_KEY = os.environ.get("TRAIL_KEY") or f"trail:{SECRET_KEY}"  # seals the audit trail; changed, old seals fail
ANCHOR_DIR = Path(os.environ.get("ANCHOR_DIR") or DATA_DIR / "anchors")
BACKUP_DIR = Path(os.environ.get("BACKUP_DIR") or DATA_DIR / "backups")
LOG_FILE = None if DEBUG else read_log_file(DATA_DIR)
EVENTS_KEPT_YEARS = read_years("EVENTS_KEPT_YEARS")  # in the database; what is older goes to files, never away
JOBS_KEPT_DAYS = read_count("JOBS_KEPT_DAYS", 90, "天")
NOTICES_KEPT_DAYS = read_count("NOTICES_KEPT_DAYS", 180, "天")
REMIND_HOUR = read_hour("REMIND_HOUR", 8)  # from which hour of a working day reminders are written
# What is temporary lies together, also of processes that are begun here: what a killed one leaves is found at night.
FILE_UPLOAD_TEMP_DIR = tempfile.tempdir = os.environ["TMPDIR"] = str(private_folder(DATA_DIR / "tmp"))
BEHIND_TLS = read_flag("DJANGO_BEHIND_TLS", "0" if DEBUG else "1")

INSTALLED_APPS = [
    "yuqiao_portal",
    "partybuilding",
    "talent",
    "partners",
    "districts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "mptt",
    "guardian",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_filters",
    "django_htmx",
    "csp",
    "districts.history.apps.HistoryConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "yuqiao_portal.safeguards.headers.PrivateByDefault",
    "yuqiao_portal.health.BeforeAnything",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yuqiao_portal.safeguards.not_taken.SessionsWherePossible",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "districts.trail.recording.RequestKnown",
    "yuqiao_portal.accounts.sessions.SessionLimits",
    "yuqiao_portal.accounts.sessions.LoginRequired",
    "yuqiao_portal.safeguards.sending.LedByWord",
    "yuqiao_portal.burden.BurdenCounted",
    "districts.history.asked.HistoryAsked",
    "yuqiao_portal.safeguards.headers.OptionsAsGet",
    "yuqiao_portal.safeguards.errors.NotAllowedInWords",
    "districts.files.strays.FilesSettled",
    "yuqiao_portal.safeguards.not_taken.SaysSo",
]

FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "yuqiao_portal.safeguards.full_disk.LeavesNothing",
]

ROOT_URLCONF = "yuqiao_portal.urls"
WSGI_APPLICATION = "yuqiao_portal.wsgi.application"
FORM_RENDERER = "yuqiao_portal.rendering.PortalRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yuqiao_portal.rendering.page_frame",
            ],
            "builtins": ["yuqiao_portal.templatetags.portal", "yuqiao_portal.templatetags.line"],
        },
    }
]

# --- Who someone is
AUTH_USER_MODEL = "districts.User"
AUTHENTICATION_BACKENDS = [
    "yuqiao_portal.accounts.login.GuardedBackend",
    "districts.access.AppointedUnitBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "yuqiao_portal.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "yuqiao_portal.accounts.passwords.SeveralCharacters"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ANONYMOUS_USER_NAME = None  # guardian: nobody is somebody here
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "login"
LOGIN_FAILURES_ALLOWED = 5
LOGIN_LOCK_SECONDS = 15 * 60
TOTP_FOR_ADMINS = read_flag("TOTP_FOR_ADMINS", "1")
OTP_TOTP_ISSUER = "强街带社"
OTP_TOTP_THROTTLE_FACTOR = 0  # wrong codes have a lock of ours, in words; a right one is never called wrong
PHONE_LOOKS_A_DAY = read_count("PHONE_LOOKS_A_DAY", 30)  # people; beyond it a reason is asked, never refused
SESSION_IDLE_SECONDS = read_seconds("SESSION_IDLE_SECONDS", 30 * 60)
SESSION_COOKIE_AGE = read_seconds("SESSION_MAX_SECONDS", 12 * 60 * 60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_FAILURE_VIEW = "yuqiao_portal.safeguards.errors.csrf_failed"

# --- Headers
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Language and time
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Static files: ours are few, so they are found and compressed at start-up
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
# The kinds of records, in the order in which pages that show several of them do so (districts.nouns).
NOUNS = [
    "districts.jobs.nouns.ALARM",
    "districts.posts.nouns.APPOINTMENT",
    "districts.posts.nouns.DELEGATION",
    "partybuilding.matters.orders.nouns.ORDER",
    "partybuilding.matters.orders.nouns.SHARE",
    "partybuilding.matters.circulars.nouns.CIRCULAR",
    "partners.organisations.nouns.ORGANISATION",
    "partybuilding.appeals.nouns.APPEAL",
    "partybuilding.appeals.nouns.CADRE_REPORT",
    "partybuilding.matters.logs.nouns.LOG",
    "partybuilding.goals.nouns.GOAL",
    "partybuilding.assessment.nouns.SHEET",
    "partybuilding.assessment.nouns.OBJECTION",
    "partybuilding.assessment.nouns.ADJUSTMENT",
    "districts.voice.nouns.SUGGESTION",
]
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "yuqiao_portal.stylesheet.Finder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Jobs: the database is the truth, Celery the door-bell
CELERY_BROKER_URL = read_broker()
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_timeout": 1, "socket_connect_timeout": 1, "visibility_timeout": 120}
    if CELERY_BROKER_URL.startswith("redis")
    else {}
)
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("CELERY_QUEUE") or "portal"  # portals may share a broker
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = (
    "yuqiao_portal.alive:BeatingScheduler"  # keeps no file: jobs have keys, so a lost memory asks nothing twice
)
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "yuqiao_portal.tasks.sweep_jobs", "schedule": 15.0},
    "hourly": {"task": "yuqiao_portal.tasks.hourly", "schedule": 3600.0},
    "catch-up-rollup": {"task": "yuqiao_portal.tasks.catch_up_rollup", "schedule": 300.0},
    "nightly-rollup": {"task": "yuqiao_portal.tasks.nightly_rollup", "schedule": crontab(hour=1, minute=30)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "districts.records.logs.ScrubbedLine",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if not DEBUG else "WARNING"},
    "loggers": {  # Django's own handlers quote addresses; ours scrub
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # A line for each task that is due, comes and ends, every 15 seconds; what fails is said all the same.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
if LOG_FILE:
    LOGGING["handlers"]["file"] = {
        "class": "districts.records.logs.LogFile",
        "filename": str(LOG_FILE),
        "formatter": "line",
        "encoding": "utf-8",
        "delay": True,
    }
    LOGGING["root"]["handlers"].append("file")

AUDITLOG_CID_HEADER = None  # the history would keep that header word for word

# guardian looks for its own backend by name; ours is a subclass of it (districts.access)
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "models.W040"]  # and SQLite does without the columns an index covers
