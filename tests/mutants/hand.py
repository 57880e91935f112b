"""One hand: a process that has loaded the project once, and forks for each mutant.

Reads lines of JSON {"id": protection or "", "tests": […]} and answers each with {"code", "failed", "seconds"}.
"""

import contextlib
import io
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import django
import pytest

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
MOST_SECONDS = int(os.environ.get("MUTANTS_SECONDS", "300"))
NO_TESTS, TOO_LONG, NOT_REMOVABLE = 5, 98, 99
MATRIX, MATRIX_TESTS = "@", "tests/access/test_matrix.py::test_portal"
ADMIN, ADMIN_TESTS = "admin:", "tests/access/test_admin_matrix.py::test_admin"
DATA = Path(os.environ["DATA_DIR"])  # this hand's own
CHILDREN = Path(__file__).parent / "children"
NOT_LOADED = ("__main__.py", "workbook_child.py", "gunicorn.conf.py")  # scripts, run as such
UNTOUCHED = Path(os.environ["MUTANTS_UNTOUCHED"])


class Noticing:
    """The pytest plugin of a mutant's run: its database is a copy that stands already; says which tests failed."""

    def __init__(self, protection):
        self.protection, self.failed = protection, []

    @pytest.fixture(scope="session")
    def django_db_setup(self, django_db_blocker):
        from django.conf import settings
        from django.db import connection

        from tests.mutants.removing import drop_constraint

        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = str(DATA / "test.sqlite3")
        if self.protection and self.protection.kind == "constraint":
            with django_db_blocker.unblock():
                drop_constraint(self.protection.key)
                connection.close()

    def pytest_runtest_logreport(self, report):
        if report.failed:
            said = str(getattr(getattr(report.longrepr, "reprcrash", None), "message", ""))
            self.failed.append([report.nodeid, said[:160]])


class Late:
    """Registers the plugin after pytest-django's own, so that its fixture is the one that counts."""

    def __init__(self, plugin):
        self.plugin = plugin

    def pytest_configure(self, config):
        config.pluginmanager.register(self.plugin, "mutant")


class Collected:
    """The names of all tests; the map may know some that are gone."""

    def __init__(self):
        self.names = set()

    def pytest_collection_finish(self, session):
        self.names = {item.nodeid for item in session.items}

    def there(self, tests):
        return [t for t in tests if t.startswith(MATRIX) or t in self.names or "::" not in t]


def run_here(protection, tests, answer):
    """In the fork: take the protection away, run the tests until one fails, write down what happened."""
    from tests.mutants.removing import NotRemovable, remove

    noticing = Noticing(protection)
    urls = [test.removeprefix(MATRIX) for test in tests if test.startswith(MATRIX)]
    os.environ |= {"MATRIX_URLS": " ".join(urls), "MATRIX": "all"}
    names = [test for test in tests if not test.startswith(MATRIX)] + _matrices(urls)
    try:
        if protection:
            remove(protection)
            _tell_children(protection)
        stop = ["-x"] if protection else []
        code = pytest.main([*stop, "-p", "no:cacheprovider", "--no-header", *names], plugins=[Late(noticing)])
    except NotRemovable:
        code = NOT_REMOVABLE
    answer.write_text(json.dumps({"code": int(code), "failed": noticing.failed}), encoding="utf-8")


def _matrices(urls):
    """The tests that ask the URLs of these names."""
    asked = {ADMIN_TESTS if url.startswith(ADMIN) else MATRIX_TESTS for url in urls}
    return sorted(asked)


def _tell_children(protection):
    """Processes that the tests begin find `sitecustomize`, which takes the same protection away from them."""
    if protection.kind in {"raise", "add_error", "check", "gate"}:
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join([str(CHILDREN), *([before] if before else [])])
        os.environ["MUTANT"] = protection.id


def in_a_fork(protection, tests):
    """{"code", "failed", "seconds"}: of pytest, or TOO_LONG."""
    if not tests:
        return {"code": NO_TESTS, "failed": [], "seconds": 0}
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    shutil.copy(UNTOUCHED, DATA / "test.sqlite3")
    answer, began = DATA.parent / f"{DATA.name}.json", time.monotonic()
    answer.write_text(json.dumps({"code": TOO_LONG, "failed": []}))
    child = os.fork()
    if child == 0:
        os.setsid()
        log = os.open(f"{DATA}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        try:
            run_here(protection, tests, answer)
        finally:
            sys.stdout.flush()
            os._exit(0)
    _wait(child, began)
    return json.loads(answer.read_text()) | {"seconds": round(time.monotonic() - began, 1)}


def _wait(child, began):
    """Until it has ended or took too long; what its tests began and left behind ends too, lest it writes to the next database."""
    is_over = False
    while not is_over and time.monotonic() - began <= MOST_SECONDS:
        is_over = os.waitpid(child, os.WNOHANG) != (0, 0)
        time.sleep(0 if is_over else 0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if not is_over:
        os.waitpid(child, 0)


def main():
    from django.urls import get_resolver

    django.setup()
    get_resolver().url_patterns  # noqa: B018 - loads every view
    _load_the_rest()
    collected = _load_the_tests()
    from django.db import connections

    connections.close_all()
    from tests.mutants.finding import protections

    known = {found.id: found for found in protections()}
    for line in sys.stdin:
        asked = json.loads(line)
        done = in_a_fork(known.get(asked["id"]), collected.there(asked["tests"]))
        print(json.dumps(done), flush=True)


def _load_the_rest():
    """Every production module, since a function that is loaded later is not found."""
    from importlib import import_module

    from tests.mutants.finding import modules

    for path in modules():
        if not path.endswith(NOT_LOADED):
            import_module(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def _load_the_tests():
    """Collected once, here, so that a fork finds them and pytest's own modules loaded."""
    collected = Collected()
    options = ["--collect-only", "-qq", "-p", "no:cacheprovider", "--ignore=tests/browser", "--ignore=tests/soak"]
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*options, "tests"], plugins=[collected])
    return collected


if __name__ == "__main__":
    main()
