"""Writing only differences: an unchanged re-run touches no row."""

from django.db import connections


def replace_rows(using, model, period, keys, values, select, params):
    """Make `model`'s rows of a period equal to a SELECT of keys + values columns. Returns how many rows were written."""
    connection = connections[using]
    table, stage = model._meta.db_table, f"stage_{model._meta.model_name}"
    same_key = " AND ".join(f"{table}.{k} = {stage}.{k}" for k in keys)
    columns = ", ".join([*keys, *values])
    differs = " OR ".join(f"{table}.{v} {_is_not(connection)} {stage}.{v}" for v in values)
    news = ", ".join(f"{v} = {stage}.{v}" for v in values)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {stage}")
        cursor.execute(f"CREATE TEMP TABLE {stage} AS {select}", params)
        written = 0
        cursor.execute(
            f"DELETE FROM {table} WHERE period_id = %s AND ({', '.join(keys)}) NOT IN "
            f"(SELECT {', '.join(keys)} FROM {stage})",
            [period.pk],
        )
        written += cursor.rowcount
        if values:
            cursor.execute(
                f"UPDATE {table} SET {news} FROM {stage} WHERE {table}.period_id = %s AND {same_key} AND ({differs})",
                [period.pk],
            )
            written += cursor.rowcount
        cursor.execute(
            f"INSERT INTO {table} (period_id, {columns}) SELECT %s, {columns} FROM {stage} WHERE NOT EXISTS "
            f"(SELECT 1 FROM {table} WHERE {table}.period_id = %s AND {same_key})",
            [period.pk, period.pk],
        )
        return written + cursor.rowcount


def _is_not(connection):
    return "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
