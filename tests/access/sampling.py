"""Whether a run asks every cell of the matrix, and what decides which others it asks."""

import os
import subprocess
from functools import cache
from pathlib import Path


def asks_all():
    return os.environ.get("MATRIX") == "all"


@cache
def matrix_seed():
    """MATRIX_SEED, else the commit; where there is no git, always the same."""
    if "MATRIX_SEED" in os.environ:
        return os.environ["MATRIX_SEED"]
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    try:
        said = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        said = ""
    return said.strip() or "0"
