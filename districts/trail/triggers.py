"""The triggers that let nobody change or remove an event, on both databases."""

from contextlib import contextmanager

REFUSAL = "the audit trail is only ever added to"

POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    "CREATE TRIGGER trail_no_update BEFORE UPDATE ON districts_event FOR EACH ROW EXECUTE FUNCTION trail_refuse()",
    "CREATE TRIGGER trail_no_delete BEFORE DELETE ON districts_event FOR EACH ROW EXECUTE FUNCTION trail_refuse()",
    """CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON districts_event
    FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()""",
]
SQLITE = [
    f"CREATE TRIGGER trail_no_update BEFORE UPDATE ON districts_event BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    f"CREATE TRIGGER trail_no_delete BEFORE DELETE ON districts_event BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
]


def set_triggers(connection):
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)


@contextmanager
def removal_allowed(connection):
    """Within a transaction, for old events that move to a file. PostgreSQL's readers, as a backup, are not waited for."""
    if connection.vendor == "postgresql":
        before, after = (
            f"ALTER TABLE districts_event {verb} TRIGGER trail_no_delete" for verb in ("DISABLE", "ENABLE")
        )
    else:
        before, after = "DROP TRIGGER trail_no_delete", SQLITE[1]
    with connection.cursor() as cursor:
        cursor.execute(before)
        yield
        cursor.execute(after)


def drop_triggers(connection):
    """For a test that empties the database, and for going back before the migration."""
    on_table = " ON districts_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in ("trail_no_update", "trail_no_delete", "trail_no_truncate"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
