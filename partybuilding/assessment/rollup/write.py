"""Writing only differences: an unchanged re-run touches no row."""

from django.db import connections


def stage(using, name, select, params):
    """Keep the rows of a SELECT in a temporary table of this connection; PostgreSQL takes both statements at once."""
    drop, create = f"DROP TABLE IF EXISTS {name}", f"CREATE TEMP TABLE {name} AS {select}"
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(f"{drop}; {create}", params)
        else:
            cursor.execute(drop)
            cursor.execute(create, params)


def without_rows(using, models, period):
    """Those of the models that have no row of a period yet."""
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {model._meta.db_table} WHERE period_id = %s)" for model in models)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {asked}", [period.pk] * len(models))
        return {model for model, there in zip(models, cursor.fetchone(), strict=True) if not there}


def replace_rows(using, model, period, keys, values, select, params, *, within, is_new):
    """Make `model`'s rows of a period equal to a SELECT of keys + values columns. Returns how many rows were written.

    `within` is a column and what it is among, a list or a SELECT, of the rows that this run may delete; None for all.
    `is_new` says that there are none of the period yet.
    """
    connection = connections[using]
    table, staged = model._meta.db_table, f"stage_{model._meta.model_name}"
    columns = ", ".join([*keys, *values])
    if is_new:
        return _insert(connection, f"{table} (period_id, {columns})", columns, select, [period.pk, *params], keys)
    same_key = " AND ".join(f"{table}.{k} = {staged}.{k}" for k in keys)
    differs = " OR ".join(f"{table}.{v} {_is_not(connection)} {staged}.{v}" for v in values)
    news = ", ".join(f"{v} = {staged}.{v}" for v in values)
    column, among = within
    mine = f"AND {table}.{column} IN ({among})" if among else ""
    here = mine if column in keys else ""
    stage(using, staged, select, params)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # which would look through the staged rows once for every row
            gone = f"({', '.join(keys)}) NOT IN (SELECT {', '.join(keys)} FROM {staged})"
        else:
            gone = f"NOT EXISTS (SELECT 1 FROM {staged} WHERE {same_key})"
        cursor.execute(f"DELETE FROM {table} WHERE period_id = %s {mine} AND {gone}", [period.pk])
        written = cursor.rowcount
        cursor.execute(
            f"UPDATE {table} SET {news} FROM {staged} WHERE {table}.period_id = %s {here} AND {same_key} AND ({differs})",
            [period.pk],
        )
        written += cursor.rowcount
        cursor.execute(
            f"INSERT INTO {table} (period_id, {columns}) SELECT %s, {columns} FROM {staged} WHERE NOT EXISTS "
            f"(SELECT 1 FROM {table} WHERE {table}.period_id = %s {here} AND {same_key})",
            [period.pk, period.pk],
        )
        return written + cursor.rowcount


def _insert(connection, target, columns, select, params, keys):
    """All rows at once, in the order of an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {target} SELECT %s, {columns} FROM ({select}) new ORDER BY {', '.join(reversed(keys))}",
            params,
        )
        return cursor.rowcount


def _is_not(connection):
    return "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
