"""Writing only differences: an unchanged re-run touches no row."""

from django.db import connections


def stage(using, name, select, params, *, is_small=False):
    """Keep the rows of a SELECT in a temporary table of this connection.

    PostgreSQL takes all statements at once; of a small table it is told the size, so that others are looked up by it.
    """
    drop, create = f"DROP TABLE IF EXISTS {name}", f"CREATE TEMP TABLE {name} AS {select}"
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(f"{drop}; {create}" + (f"; ANALYZE {name}" if is_small else ""), params)
        else:
            cursor.execute(drop)
            cursor.execute(create, params)


def without_rows(using, models, period):
    """Those of the models that have no row of a period yet."""
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {model._meta.db_table} WHERE period_id = %s)" for model in models)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {asked}", [period.pk] * len(models))
        return {model for model, there in zip(models, cursor.fetchone(), strict=True) if not there}


def replace_rows(using, model, period, keys, values, select, params, within="", *, is_new=False, is_small=False):
    """Make `model`'s rows of a period equal to a SELECT of keys + values columns. Returns how many rows were written.

    `within` is a condition, beginning with AND, on the rows that may be deleted: the others are not this run's. `is_new`
    says that there are none of the period yet.
    """
    connection = connections[using]
    table, staged = model._meta.db_table, f"stage_{model._meta.model_name}"
    same_key = " AND ".join(f"{table}.{k} = {staged}.{k}" for k in keys)
    columns = ", ".join([*keys, *values])
    differs = " OR ".join(f"{table}.{v} {_is_not(connection)} {staged}.{v}" for v in values)
    news = ", ".join(f"{v} = {staged}.{v}" for v in values)
    stage(using, staged, select, params, is_small=is_small)
    with connection.cursor() as cursor:
        if is_new:
            cursor.execute(
                f"INSERT INTO {table} (period_id, {columns}) SELECT %s, {columns} FROM {staged}", [period.pk]
            )
            return _all_new(connection, cursor, table)
        written = 0
        cursor.execute(
            f"DELETE FROM {table} WHERE period_id = %s {within} AND ({', '.join(keys)}) NOT IN "
            f"(SELECT {', '.join(keys)} FROM {staged})",
            [period.pk],
        )
        written += cursor.rowcount
        if values:
            cursor.execute(
                f"UPDATE {table} SET {news} FROM {staged} WHERE {table}.period_id = %s AND {same_key} AND ({differs})",
                [period.pk],
            )
            written += cursor.rowcount
        cursor.execute(
            f"INSERT INTO {table} (period_id, {columns}) SELECT %s, {columns} FROM {staged} WHERE NOT EXISTS "
            f"(SELECT 1 FROM {table} WHERE {table}.period_id = %s AND {same_key})",
            [period.pk, period.pk],
        )
        return written + cursor.rowcount


def _all_new(connection, cursor, table):
    """How many rows a first run wrote. PostgreSQL must know of them at once: planned for an empty table, the next join takes minutes."""
    written = cursor.rowcount
    if written and connection.vendor == "postgresql":
        cursor.execute(f"ANALYZE {table}")
    return written


def _is_not(connection):
    return "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
