"""Every cell of the matrices on both databases, with their number and that of the leaks: `make matrix`.

PostgreSQL is at MATRIX_DATABASE_URL or MUTANTS_DATABASE_URL; without either it is said that it did not run.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CELLS = ROOT / "var" / "access-matrix"
FILES = ["test_gate.py", "test_matrix.py", "test_admin_matrix.py", "test_only_its_methods.py"]


def asked(url):
    """(exit code of pytest, lines of all cells) on the database at an address, SQLite where there is none."""
    shutil.rmtree(CELLS, ignore_errors=True)
    left = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "MATRIX_URLS"}}
    environment = left | {"MATRIX": "all"} | ({"DATABASE_URL": url} if url else {})
    hands = os.environ.get("HANDS", "2")
    command = [sys.executable, "-m", "pytest", "-n", hands, "--dist", "load", "--maxschedchunk", "1"]
    done = subprocess.run([*command, *(f"tests/access/{f}" for f in FILES)], cwd=ROOT, env=environment, check=False)
    return done.returncode, [line for file in CELLS.glob("*.tsv") for line in file.read_text().splitlines()]


def main():
    postgresql = os.environ.get("MATRIX_DATABASE_URL") or os.environ.get("MUTANTS_DATABASE_URL")
    codes, said = [], []
    for name, url in {"SQLite": None, "PostgreSQL": postgresql}.items():
        if name == "PostgreSQL" and not url:
            said.append("!!! PostgreSQL 上没有运行：设 MATRIX_DATABASE_URL")
            continue
        code, cells = asked(url)
        leaks = sum(int(line.rpartition("\t")[2]) for line in cells)
        codes.append(code)
        said.append(f"{name}：{len(cells)} 格，泄露 {leaks} 处，{'通过' if code == 0 else '有不符'}")
    print("\n".join(said))
    sys.exit(any(codes))


main()
