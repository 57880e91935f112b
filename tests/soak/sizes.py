"""How long a series runs: short in the suite, a sample in CI, in full by `make soak`."""

import os


def size(*, short, sample, full):
    return {"full": full, "sample": sample}.get(os.environ.get("SOAK"), short)
