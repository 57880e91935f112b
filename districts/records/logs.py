"""What goes to the logs passes the scrubber: messages, their arguments and the texts of exceptions."""

import logging
import os
from contextlib import suppress
from logging.handlers import WatchedFileHandler
from pathlib import Path

from districts.privacy.rules import scrubbed


class ScrubbedLine(logging.Formatter):
    def format(self, record):
        return scrubbed(super().format(record))


class LogFile(WatchedFileHandler):
    """A file that others may move away, beside another handler that says the same: one that cannot be written stops nothing."""

    def emit(self, record):
        with suppress(OSError):  # it cannot be opened; the next line tries again
            super().emit(record)

    def _open(self):
        folder = Path(self.baseFilename).parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stream = super()._open()
        if os.geteuid() == 0:  # a command of root must not lock the portal's account out of its own log
            owner = folder.parent.stat()
            for made in (folder, self.baseFilename):
                os.chown(made, owner.st_uid, owner.st_gid)
        return stream

    def handleError(self, record):
        """It cannot be written."""
