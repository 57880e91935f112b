"""How long anybody waits for the database: a page seconds, a job as long as another may take, nobody for ever."""

from typing import NamedTuple


class Waits(NamedTuple):
    """Seconds; `writer` is for SQLite, which has one writer, the others are for PostgreSQL."""

    lock: int
    statement: int
    idle_in_transaction: int
    writer: int


PAGES = Waits(lock=5, statement=30, idle_in_transaction=30, writer=10)

JOBS = Waits(lock=1800, statement=14_400, idle_in_transaction=14_400, writer=60)  # a run of the month waits for another

CONNECTING = 5


def bounded(database, waits):
    """A copy of the settings of a database under which a connection waits no longer."""
    options = dict(database.get("OPTIONS", {}))
    if database["ENGINE"].endswith("sqlite3"):
        options["timeout"] = waits.writer
    else:
        limits = {
            "lock_timeout": waits.lock,
            "statement_timeout": waits.statement,
            "idle_in_transaction_session_timeout": waits.idle_in_transaction,
        }
        options["options"] = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
        options["connect_timeout"] = CONNECTING
    return {**database, "OPTIONS": options}


def wait_as(connection, waits):
    """From now on this thread's connection waits so long."""
    connection.close()
    connection.settings_dict = bounded(connection.settings_dict, waits)
