"""A whole cast is built once a process and its rows are written again for the tests that follow, since building it takes longer than most tests.

Only within a test that is rolled back, with the clock as it is, and where the tables stand as they stood at the first time.
"""

import pickle
from functools import wraps

import time_machine
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

ROWS_AT_ONCE = 100


def replayed(build):
    """`build()`, without arguments; what it returns is another copy for each test."""
    kept = {}

    @wraps(build)
    def built():
        if not connection.in_atomic_block or time_machine.escape_hatch.is_travelling():
            return build()
        key = timezone.localdate(), _ids(ContentType), _ids(Permission)
        if key in kept and kept[key].fits():
            return kept[key].again()
        before = _everything()
        made = build()
        kept[key] = Written(before, _everything(), pickle.dumps(made))
        return made

    return built


class Written:
    """The rows that were added; nothing that was changed or deleted can be written again, so `fits` says no to that."""

    def __init__(self, before, after, made):
        self.made = made
        self.only_adds = all(rows.items() <= after[table].items() for table, rows in before.items())
        self.rows = {t: [row for pk, row in rows.items() if pk not in before[t]] for t, rows in after.items()}
        self.rows = {table: rows for table, rows in self.rows.items() if rows}
        self.stood = {
            table: (len(before[table]), max(key[0] for key in before[table]) if before[table] else None)
            for table in self.rows
        }

    def fits(self):
        if not self.only_adds:
            return False
        asked = " UNION ALL ".join(f"SELECT '{t}', count(*), max({_KEYS[t][0]}) FROM {t}" for t in self.rows)
        with connection.cursor() as cursor:
            cursor.execute(asked)
            return {table: (count, last) for table, count, last in cursor.fetchall()} == self.stood

    def again(self):
        with connection.cursor() as cursor:
            for table, rows in self.rows.items():
                marks = f"({', '.join(['%s'] * len(rows[0]))})"
                for start in range(0, len(rows), ROWS_AT_ONCE):
                    some = rows[start : start + ROWS_AT_ONCE]
                    columns = ", ".join(_COLUMNS[table])
                    cursor.execute(
                        f"INSERT INTO {table} ({columns}) VALUES {', '.join([marks] * len(some))}",
                        [value for row in some for value in row],
                    )
        return pickle.loads(self.made)


_MODELS = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
_COLUMNS = {m._meta.db_table: [f'"{f.column}"' for f in m._meta.local_concrete_fields] for m in _MODELS}
_KEYS = {
    m._meta.db_table: [f'"{f.column}"' for f in m._meta.pk_fields] for m in _MODELS
}  # several where it is composite


def _everything():
    """{table: {primary key: row}}, each value as the database holds it: what stands in an expression, SQLite does not convert."""
    found = {}
    with connection.cursor() as cursor:
        for table, columns in _COLUMNS.items():
            plain = columns if connection.vendor == "postgresql" else [f"+{column}" for column in columns]
            width = len(_KEYS[table])
            cursor.execute(f"SELECT {', '.join([*_KEYS[table], *plain])} FROM {table}")
            found[table] = {row[:width]: row[width:] for row in cursor.fetchall()}
    return found


def _ids(model):
    return model.objects.order_by("pk").values_list("pk", flat=True).last()
