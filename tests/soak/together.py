"""Work that begins at one moment in many threads."""

import threading

from django.db import connection

WRITERS = 8


def in_parallel(work, count=WRITERS):
    """Run `work(n)` in threads that start together; re-raise what any of them raised."""
    barrier, errors = threading.Barrier(count), []

    def run(n):
        try:
            barrier.wait()
            work(n)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    if errors:
        raise errors[0]
