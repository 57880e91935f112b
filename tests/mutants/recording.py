"""A pytest plugin that notes which lines and constraints each test meets: `MUTANTS_RECORD=folder pytest -p tests.mutants.recording`.

A cell of the access matrix is noted apart, under the name of its URL, so that it can be asked alone.
"""

import json
import os
import re
import sys
from pathlib import Path

import coverage
import pytest
from django.db import IntegrityError, connections, models
from django.db.backends.signals import connection_created
from django.urls import resolve

FOLDER = Path(os.environ["MUTANTS_RECORD"])
PACKAGES = ["districts", "partybuilding", "talent", "partners", "yuqiao_portal"]
NAMED = re.compile(r"(?:CHECK constraint failed: |index '|constraint \")(\w+)")
COLUMNS = re.compile(r"UNIQUE constraint failed: (\w+\.\w+(?:, \w+\.\w+)*)")
MATRIX = "@"  # before the name of a URL: one row of the access matrix

tracer = coverage.Coverage(data_file=str(FOLDER / "lines"), source=PACKAGES, config_file=False)
seconds, refused, failed, now = {}, {}, set(), [""]


def pytest_configure(config):
    FOLDER.mkdir(parents=True, exist_ok=True)
    connection_created.connect(_watch, weak=False)
    for kind in (models.CheckConstraint, models.UniqueConstraint):
        kind.validate = _noting(kind.validate)
    tracer.start()


def pytest_collection_finish():
    for name in ("test_matrix", "test_admin_matrix"):
        module = sys.modules.get(f"tests.access.{name}")
        if module:
            module.ask = _one_cell(module.ask)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    _switch(item.nodeid)
    for connection in connections.all(initialized_only=True):
        _watch(connection=connection)
    done = yield
    _switch("")
    return done


def pytest_runtest_logreport(report):
    seconds[report.nodeid] = round(seconds.get(report.nodeid, 0) + report.duration, 2)
    if report.failed:
        failed.add(report.nodeid)


def pytest_sessionfinish():
    tracer.stop()
    tracer.save()
    met = {name: sorted(tests) for name, tests in refused.items()}
    notes = {"seconds": seconds, "refused": met, "failed": sorted(failed)}
    (FOLDER / "notes.json").write_text(json.dumps(notes), encoding="utf-8")


def _switch(context):
    now[0] = context
    tracer.switch_context(context)


def _one_cell(ask):
    def asked(client, method, url, htmx):
        test = now[0]
        _switch(MATRIX + resolve(url).view_name)
        try:
            return ask(client, method, url, htmx)
        finally:
            _switch(test)

    return asked


def _watch(connection, **_):
    if _noticing not in connection.execute_wrappers:
        connection.execute_wrappers.append(_noticing)


def _noticing(execute, sql, params, many, context):
    try:
        return execute(sql, params, many, context)
    except IntegrityError as error:
        found = NAMED.search(str(error)) or COLUMNS.search(str(error))
        if found:
            refused.setdefault(found[1], set()).add(now[0])
        raise


def _noting(validate):
    def noted(self, *args, **kwargs):
        try:
            return validate(self, *args, **kwargs)
        except Exception:
            refused.setdefault(self.name, set()).add(now[0])
            raise

    return noted
