"""Many rows at once: on PostgreSQL through COPY, which this module alone uses; elsewhere through the ORM."""

import io
from datetime import datetime

from django.db import connection

AT_ONCE = 500
_ESCAPES = {ord("\\"): r"\\", ord("\t"): r"\t", ord("\n"): r"\n", ord("\r"): r"\r"}


def insert_many(model, rows):
    """Insert {attname: value} rows that all have the same keys; what they leave out gets its default."""
    if connection.vendor != "postgresql":
        model._base_manager.bulk_create([model(**row) for row in rows], AT_ONCE)
        return
    if rows:
        fields = [f for f in model._meta.concrete_fields if not f.primary_key]
        usual = {f.attname: f.get_default() for f in fields if f.attname not in rows[0]}
        names, columns = [f.attname for f in fields], [f.column for f in fields]
        whole = (usual | row for row in rows)
        _copy(model._meta.db_table, columns, ([row[name] for name in names] for row in whole))


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
        _copy("stage_of_update", ["id", *columns], ([pk, *(values[n] for n in names)] for pk, values in rows))
        news = ", ".join(f"{quote(c)} = s.{quote(c)}" for c in columns)
        cursor.execute(f"UPDATE {quote(table)} t SET {news} FROM stage_of_update s WHERE s.id = t.id")
        cursor.execute("DROP TABLE stage_of_update")


def _copy(table, columns, rows):
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join(map(_literal, row)))
        lines.write("\n")
    lines.seek(0)
    listed = ", ".join(connection.ops.quote_name(c) for c in columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.copy_expert(f"COPY {connection.ops.quote_name(table)} ({listed}) FROM STDIN", lines)


def _literal(value):
    if value is None:
        return r"\N"
    if type(value) is str:
        return value.translate(_ESCAPES) if "\\" in value or not value.isprintable() else value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
