"""A disk that has no more room for a file."""

import resource
from contextlib import contextmanager

PAPER = b"%PDF-1.4 " + b"0" * 900_000


@contextmanager
def files_end_at(most):
    """No file grows beyond `most` bytes: the system refuses to write on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
