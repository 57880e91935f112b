"""A SQLite database on a leash: changed step by step, with a copy to go back to, also for whoever finds it cut off.

SQLite cannot change tables inside an outer transaction. Beside the database lie the copy and a note of how far it came.
"""

import json
import os
from pathlib import Path

from yuqiao_portal.operations.snapshot import copy_sqlite

COPYING, CHANGING, RETURNING = "copying", "changing", "returning"


class Leash:
    def __init__(self, live):
        self.live = Path(live)
        self.kept = self.live.with_name("before-upgrade.sqlite3")
        self.note = self.live.with_name("upgrade-in-progress.json")

    def found(self):
        """What was noted and not ended, {"phase", **facts}; None where nothing was cut off."""
        return json.loads(self.note.read_text(encoding="utf-8")) if self.note.exists() else None

    def tie(self, **facts):
        """Copy the database and note `facts`; after that it may be changed."""
        self._write(phase=COPYING, **facts)
        self.kept.unlink(missing_ok=True)
        copy_sqlite(self.live, self.kept)
        self._write(phase=CHANGING, **facts)

    def pull_back(self):
        """Put the copy back, in one transaction of SQLite's own: whoever is cut off here does it once more."""
        self._write(**self.found() | {"phase": RETURNING})
        copy_sqlite(self.kept, self.live)
        self.untie()

    def untie(self):
        self.note.unlink()
        self.kept.unlink(missing_ok=True)

    def _write(self, **facts):
        part = self.note.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(facts, file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self.note)
