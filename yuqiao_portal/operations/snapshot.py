"""A consistent view of the database while people go on working, and its rows in a form that either database takes.

SQLite is copied by its backup API; PostgreSQL is read in one REPEATABLE READ transaction. The rows are read through the
models as the applied migrations know them, so that an old schema can be saved before it is upgraded.
"""

import json
import sqlite3
import tempfile
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet

# Log-ins and tokens of sent forms end with the machine; the admin's own list is not used. The secrets of second factors
# would let whoever holds the file pass as everybody: they are set up anew. Signs of life are of the machine.
LEFT_OUT = {
    "sessions.session",
    "admin.logentry",
    "districts.submission",
    "otp_totp.totpdevice",
    "districts.heartbeat",
    "districts.alarm",
}
SEEDED = {
    "contenttypes.contenttype",
    "auth.permission",
    "partybuilding.scheme",
    "partybuilding.schemeversion",
    "partybuilding.schemeitem",
    "partybuilding.appealrule",
    "partybuilding.appeallimit",
}
BATCH = 400


@contextmanager
def frozen():
    """Give the alias of a database that stands still."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield "default"
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite3"
        copy_sqlite(connection.settings_dict["NAME"], copy)
        connections.databases["frozen"] = {**connection.settings_dict, "NAME": str(copy)}
        try:
            yield "frozen"
        finally:
            connections["frozen"].close()
            del connections["frozen"], connections.databases["frozen"]


def copy_sqlite(source, target):
    """Copy a database in use by SQLite's own backup, page by page; never a copy of the file."""
    origin, copy = sqlite3.connect(source), sqlite3.connect(target)
    try:
        with copy:
            origin.backup(copy)
    finally:
        copy.close()
        origin.close()


def applied(alias="default"):
    """The migrations that a database has, as sorted [app, name] pairs of the code's own graph."""
    loader = MigrationExecutor(connections[alias]).loader
    return sorted([app, name] for app, name in loader.applied_migrations if (app, name) in loader.disk_migrations)


def last_of(migrations):
    """Of a set of migrations those on which none of the others rests."""
    graph, nodes = MigrationExecutor(connection).loader.graph, {tuple(node) for node in migrations}
    return sorted(n for n in nodes if not any(child.key in nodes for child in graph.node_map[n].children))


def models_at(migrations):
    """{label: model} as a set of migrations knows them, link tables included, without what is left out."""
    apps = MigrationExecutor(connection).loader.project_state(last_of(migrations)).apps
    found = {model._meta.label_lower: model for model in apps.get_models(include_auto_created=True)}
    return {label: model for label, model in sorted(found.items()) if label not in LEFT_OUT and model._meta.managed}


def rows_of(model, alias):
    """The rows of a model as lines of JSON, in the order of their keys."""
    fields = model._meta.concrete_fields
    rows = QuerySet(model, using=alias).order_by("pk").values_list(*(f.attname for f in fields))
    for row in rows.iterator(chunk_size=2000):
        yield json.dumps(row, ensure_ascii=False, sort_keys=True, default=_plain, separators=(",", ":"))


def _plain(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def put_rows(model, lines):
    """Write rows as they were: no default, no time of today."""
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(f.column) for f in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    batch, count = [], 0
    with connection.cursor() as cursor:

        def write():
            sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([one] * len(batch))}"
            cursor.execute(sql, [value for row in batch for value in row])
            batch.clear()

        for line in lines:
            batch.append([_stored(f, v) for f, v in zip(fields, json.loads(line), strict=True)])
            count += 1
            if len(batch) == BATCH:
                write()
        if batch:
            write()
    return count


def _stored(field, value):
    typed = value if field.is_relation or value is None else field.to_python(value)
    return field.get_db_prep_save(typed, connection)


def holds_work(models):
    """Labels of the tables that already hold rows of somebody's work."""
    return [label for label, model in models.items() if label not in SEEDED and QuerySet(model).exists()]


def empty_seeded(models):
    for label, model in models.items():
        if label in SEEDED:
            QuerySet(model)._raw_delete("default")


def reset_sequences(models):
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
            cursor.execute(statement)
