"""How the portal is served. Without a broker, worker and beat live in the one process."""

import os

_embedded = (os.environ.get("CELERY_BROKER_URL") or "memory://").startswith("memory://")
bind = os.environ.get("PORTAL_BIND", "127.0.0.1:8000")
worker_class = "yuqiao_portal.operations.web_worker.Worker"
workers = 1 if _embedded else int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
control_socket_disable = True  # nothing steers it but signals
# No log of access is kept unless somebody asks for it; the box of 投诉建议 stands in none.
logger_class = "yuqiao_portal.operations.server_log.ScrubbedLogger"
timeout = 60
graceful_timeout = 10
_stop = []


def post_worker_init(worker):
    from yuqiao_portal import embedded
    from yuqiao_portal.operations import watching

    if _embedded:
        _stop.append(embedded.start())
    _stop.append(watching.start())


def worker_exit(server, worker):
    for stop in _stop:
        stop()
