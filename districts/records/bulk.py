"""Many rows at once: on PostgreSQL through COPY, which this module alone uses; elsewhere through the ORM."""

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from itertools import repeat

from django.db import connection

AT_ONCE = 500
OFTEN = 1000  # values that come again and again are written once
_ESCAPES = {ord("\\"): r"\\", ord("\t"): r"\t", ord("\n"): r"\n", ord("\r"): r"\r"}


@contextmanager
def inserting(model):
    """Gives a function that inserts {attname: value} rows, again and again; to be used in a transaction.

    The rows of one call have the same keys; what they leave out gets its default.
    PostgreSQL takes them in while the caller makes the next ones ready; whatever else it is asked meanwhile comes after.
    """
    if connection.vendor != "postgresql":
        yield lambda rows: model._base_manager.bulk_create([model(**row) for row in rows], AT_ONCE)
        return
    with ThreadPoolExecutor(1) as thread:
        copying = _Copying(thread)
        with connection.execute_wrapper(copying.wait_and_execute), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a row refers to is looked up meanwhile too
            yield lambda rows: rows and copying.start(model._meta.db_table, *_columns_of(model, rows))
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class _Copying:
    """One COPY at a time, in a thread: a connection does one thing at a time."""

    def __init__(self, thread):
        self.thread, self.running = thread, None

    def start(self, table, names, columns):
        text = _text(columns)  # made while the rows before it still go in
        self.wait()
        self.running = self.thread.submit(_copy, connection.cursor().cursor, table, names, text)

    def wait(self):
        running, self.running = self.running, None
        if running:
            with connection.wrap_database_errors:
                running.result()

    def wait_and_execute(self, execute, *said):
        self.wait()
        return execute(*said)


def _columns_of(model, rows):
    """The names of the columns, and each as COPY reads it."""
    fields, given = [f for f in model._meta.concrete_fields if not f.primary_key], rows[0].keys()
    return [f.column for f in fields], [
        _literals([row[f.attname] for row in rows])
        if f.attname in given
        else repeat(_literal(f.get_default()), len(rows))
        for f in fields
    ]


def update_many(model, rows):
    """Update from [(id, {attname: value})]; only what a row names is written."""
    if connection.vendor != "postgresql":
        for names, alike in _grouped(rows).items():
            model._base_manager.bulk_update([model(pk=pk, **values) for pk, values in alike], names, AT_ONCE)
        return
    for names, alike in _grouped(rows).items():
        _update_from_stage(model, names, alike)


def _grouped(rows):
    groups = {}
    for pk, values in rows:
        groups.setdefault(tuple(sorted(values)), []).append((pk, values))
    return groups


def _update_from_stage(model, names, rows):
    table, quote = model._meta.db_table, connection.ops.quote_name
    columns = [model._meta.get_field(name).column for name in names]
    listed = ", ".join(quote(c) for c in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_of_update AS SELECT id, {listed} FROM {quote(table)} WITH NO DATA")
        values = [[pk for pk, _ in rows], *([values[name] for _, values in rows] for name in names)]
        with connection.wrap_database_errors:
            _copy(connection.cursor().cursor, "stage_of_update", ["id", *columns], _text(map(_literals, values)))
        news = ", ".join(f"{quote(c)} = s.{quote(c)}" for c in columns)
        cursor.execute(f"UPDATE {quote(table)} t SET {news} FROM stage_of_update s WHERE s.id = t.id")
        cursor.execute("DROP TABLE stage_of_update")


def _copy(cursor, table, names, text):
    listed = ", ".join(connection.ops.quote_name(name) for name in names)
    with cursor:
        statement = f"COPY {connection.ops.quote_name(table)} ({listed}) FROM STDIN"
        cursor.copy_expert(statement, io.BytesIO(text), len(text))


def _text(columns):
    """The lines of some columns."""
    lines = map("\t".join, zip(*columns, strict=True))
    return "".join(f"{line}\n" for line in lines).encode()


def _literals(column):
    """The values of a column as COPY reads them; most texts stand as they are."""
    kinds = set(map(type, column))
    if kinds == {str} and _is_plain("".join(column)):
        return column
    return map(_literal if kinds & {str, datetime} else _literal_often, column)


def _is_plain(text):
    return text.isprintable() and "\\" not in text


def _literal(value):
    if value is None:
        return r"\N"
    if type(value) is str:
        return value if _is_plain(value) else value.translate(_ESCAPES)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


_literal_often = lru_cache(OFTEN, typed=True)(_literal)
