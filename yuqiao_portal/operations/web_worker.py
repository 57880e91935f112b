"""The web server's worker, with a lane of its own for what a monitor asks: it is answered however many pages wait."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import ThreadWorker

LANE = (b"GET /healthz/", b"HEAD /healthz/")
PATIENCE = 10  # seconds that a connection may say nothing


class Worker(ThreadWorker):
    def init_process(self):
        self.lane = ThreadPoolExecutor(max_workers=2, thread_name_prefix="health")
        super().init_process()

    def enqueue_req(self, conn):
        """Which pool takes a connection shows in its first bytes; the main loop waits for them."""
        if not (conn.initialized or conn.data_ready):
            self._wait_for_first_bytes(conn)
            return
        pool = self.lane if _asks_for_health(conn.sock) else self.tpool
        done = pool.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))

    def _wait_for_first_bytes(self, conn):
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + PATIENCE
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))


def _asks_for_health(sock):
    try:
        return sock.recv(max(map(len, LANE)), socket.MSG_PEEK | socket.MSG_DONTWAIT).startswith(LANE)
    except OSError:
        return False
