"""The committed mutants, each of which takes one protection away, tried on a copy of the project.

A table of by_slice/*.toml names the tests that must notice, the file, what is found there exactly once and what stands
in its place. `on_postgresql` sends it to the database at MUTANTS_DATABASE_URL; without one it is said to have not run.
The one test that noticed the last time, kept in noticed.json by every run of MUTANTS=committed, is asked first and alone.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from tests import migrated

ROOT = Path(__file__).resolve().parent.parent.parent
UNTOUCHED = "tests/districts/test_calendar.py"  # leaves the database as the migrations made it
COMPILED = ("yuqiao_portal", "partybuilding", "talent", "partners", "districts", "tests")
FOLDER = Path(__file__).parent / "by_slice"
NOTICED = Path(__file__).parent / "noticed.json"
RED = 1  # pytest: tests ran and some failed; anything else proves nothing


@dataclass(frozen=True)
class Mutant:
    """`find` stands in `file` exactly once."""

    name: str
    tests: list
    file: str
    find: str
    replace: str
    on_postgresql: bool = False

    def put_into(self, text):
        """Raises ValueError where nothing, or more than one place, is found: what it takes away is not there."""
        if text.count(self.find) != 1:
            raise ValueError(f"{self.name}: {text.count(self.find)} matches in {self.file}")
        return text.replace(self.find, self.replace)


def copy_of_the_project(folder):
    """With the times of its files, so that what Python has compiled of them holds there, too."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    for name in names.stdout.decode().split("\0"):
        if name and (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for compiled in [path for part in COMPILED for path in ROOT.glob(f"{part}/**/__pycache__")]:
        shutil.copytree(compiled, folder / compiled.relative_to(ROOT), dirs_exist_ok=True)
    if migrated.KEPT.exists():
        shutil.copytree(migrated.KEPT, folder / migrated.KEPT.relative_to(ROOT))


def run_tests(folder, tests, *, is_schema=False, database=None):
    """Run tests on a copy of the untouched database, which is made once; anew where the mutant is of the schema itself.

    What is compiled of a mutant is not kept: put back, its file might look as old as the mutant.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", "--reuse-db", *tests]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    data, untouched = folder / "var" / "tests", folder / "var" / "untouched.sqlite3"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    if untouched.exists() and not is_schema:
        shutil.copy(untouched, data / "test.sqlite3")
    environment |= {"DATA_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1"}
    if database:
        environment["DATABASE_URL"] = database
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if not untouched.exists():
        shutil.copy(data / "test.sqlite3", untouched)
    return done


def outcome(mutant, folder, first=None):
    """(the test that failed with the mutant in place, or "", the closing line); the file is as before afterwards.

    The test `first` is asked alone before all others, since it noticed the last time.
    """
    path = folder / mutant.file
    untouched = path.read_text(encoding="utf-8")
    path.write_text(mutant.put_into(untouched), encoding="utf-8")
    database = f"{_server()}/mutants_{folder.name}" if mutant.on_postgresql else None  # hands do not share one
    try:
        for tests in ([first], mutant.tests) if first else (mutant.tests,):
            done = run_tests(folder, tests, is_schema="/migrations/" in mutant.file, database=database)
            failed = re.findall(r"^(?:FAILED|ERROR) (tests/.+?)(?: - |$)", done.stdout, re.MULTILINE)
            if done.returncode == RED and failed:
                break
    finally:
        path.write_text(untouched, encoding="utf-8")
    last = [line for line in done.stdout.splitlines() if re.search(r"\d+ (failed|passed|error)", line)][-1:]
    return failed[0] if done.returncode == RED and failed else "", last


def _server():
    return os.environ.get("MUTANTS_DATABASE_URL", "").rpartition("/")[0]


def _drop_database(folder):
    if not _server():
        return
    with closing(psycopg2.connect(f"{_server()}/postgres")) as server:
        server.autocommit = True
        server.cursor().execute(f'DROP DATABASE IF EXISTS "test_mutants_{folder.name}" WITH (FORCE)')


def try_out(mutants):
    """Try mutants one after another in a copy of their own; returns {name: the test that noticed, or ""}."""
    found, known = {}, noticed()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_of_the_project(folder)
        run_tests(folder, [UNTOUCHED])
        for mutant in mutants:
            found[mutant.name], last = outcome(mutant, folder, known.get(mutant.name))
            print(f"{'红' if found[mutant.name] else '未被发现'}  {mutant.name}  {' '.join(last)}", flush=True)
        _drop_database(folder)
    return found


def noticed():
    """{name of a mutant: the test that noticed it the last time}."""
    return json.loads(NOTICED.read_text(encoding="utf-8")) if NOTICED.exists() else {}


def committed():
    """All of them, by name."""
    tables = [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))]
    return sorted((Mutant(name, **table) for found in tables for name, table in found.items()), key=lambda m: m.name)


def asked_for(names, choose):
    """Those of these names, else what `choose` takes of all; those that this machine cannot run are said and left out."""
    found = [m for m in committed() if m.name in names] if names else choose(committed())
    if "MUTANTS_DATABASE_URL" in os.environ:
        return found
    for mutant in [m for m in found if m.on_postgresql]:
        print(f"!!! 未运行  {mutant.name}（要 PostgreSQL：设 MUTANTS_DATABASE_URL）")
        found.remove(mutant)
    return found


def try_committed(names, hands, choose):
    """(how many were tried, how many survived)."""
    mutants = asked_for(names, choose)
    with ThreadPoolExecutor(hands) as pool:
        parts = pool.map(try_out, [mutants[n::hands] for n in range(hands)])
    found = {name: test for part in parts for name, test in part.items()}
    if choose is list and not names:
        text = json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=0)
        NOTICED.write_text(f"{text}\n", encoding="utf-8")
    return len(found), sum(not test for test in found.values())
