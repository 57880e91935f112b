"""The committed patches, each of which takes one protection away, tried on a copy of the project.

A patch's first line names the tests that must notice: `# tests: tests/a.py tests/b.py::test_c`. A second line
`# on postgresql` sends it to the database at MUTANTS_DATABASE_URL; without one it is said to have not run.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parent.parent.parent
UNTOUCHED = "tests/districts/test_calendar.py"  # leaves the database as the migrations made it
ON_POSTGRESQL = "# on postgresql\n"
RED = 1  # pytest: tests ran and some failed; anything else proves nothing


def copy_of_the_project(folder):
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    for name in names.stdout.decode().split("\0"):
        if name and (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def run_tests(folder, tests, *, is_schema=False, database=None):
    """Run tests on a copy of the untouched database, which is made once; anew where the patch is of the schema itself."""
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "--reuse-db", *tests]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    data, untouched = folder / "var" / "tests", folder / "var" / "untouched.sqlite3"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    if untouched.exists() and not is_schema:
        shutil.copy(untouched, data / "test.sqlite3")
    environment["DATA_DIR"] = str(data)
    if database:
        environment["DATABASE_URL"] = database
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if not untouched.exists():
        shutil.copy(data / "test.sqlite3", untouched)
    return done


def outcome(patch, folder):
    """(whether a test failed, the closing line) with the patch applied; the patch is taken back afterwards."""
    tests = patch.read_text(encoding="utf-8").splitlines()[0].removeprefix("# tests:").split()
    subprocess.run(["patch", "-p1", "-s", "-i", patch], cwd=folder, check=True)
    try:
        text = patch.read_text(encoding="utf-8")
        database = f"{_server()}/mutants_{folder.name}" if ON_POSTGRESQL in text else None  # hands do not share one
        done = run_tests(folder, tests, is_schema="/migrations/" in text, database=database)
    finally:
        subprocess.run(["patch", "-p1", "-s", "-R", "-i", patch], cwd=folder, check=True)
    last = [line for line in done.stdout.splitlines() if re.search(r"\d+ (failed|passed|error)", line)][-1:]
    return done.returncode == RED and bool(re.search(r"\d+ (failed|error)", "".join(last))), last


def _server():
    return os.environ.get("MUTANTS_DATABASE_URL", "").rpartition("/")[0]


def _drop_database(folder):
    if not _server():
        return
    with closing(psycopg2.connect(f"{_server()}/postgres")) as server:
        server.autocommit = True
        server.cursor().execute(f'DROP DATABASE IF EXISTS "test_mutants_{folder.name}" WITH (FORCE)')


def try_out(patches):
    """Try patches one after another in a copy of their own; returns how many survived."""
    survivors = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_of_the_project(folder)
        run_tests(folder, [UNTOUCHED])
        for patch in patches:
            is_red, last = outcome(patch, folder)
            survivors += not is_red
            print(f"{'红' if is_red else '未被发现'}  {patch.stem}  {' '.join(last)}", flush=True)
        _drop_database(folder)
    return survivors


def committed(names):
    """The patches of those names, or all; those that this machine cannot run are said and left out."""
    found = [p for p in sorted(Path(__file__).parent.glob("*.patch")) if not names or p.stem in names]
    if "MUTANTS_DATABASE_URL" in os.environ:
        return found
    for patch in [p for p in found if ON_POSTGRESQL in p.read_text(encoding="utf-8")]:
        print(f"!!! 未运行  {patch.stem}（要 PostgreSQL：设 MUTANTS_DATABASE_URL）")
        found.remove(patch)
    return found


def try_patches(names, hands):
    """(how many were tried, how many survived)."""
    found = committed(names)
    with ThreadPoolExecutor(hands) as pool:
        return len(found), sum(pool.map(try_out, [found[n::hands] for n in range(hands)]))
