"""What goes to the logs passes the scrubber: messages, their arguments and the texts of exceptions."""

import logging
import os
from logging.handlers import WatchedFileHandler
from pathlib import Path

from districts.records.privacy import scrubbed


class ScrubbedLine(logging.Formatter):
    def format(self, record):
        return scrubbed(super().format(record))


class LogFile(WatchedFileHandler):
    """A file that others may move away. One that cannot be written stops nothing; a line of root's makes it nobody's own."""

    def emit(self, record):
        try:
            super().emit(record)
        except OSError:
            self.handleError(record)

    def _open(self):
        folder = Path(self.baseFilename).parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stream = super()._open()
        if os.geteuid() == 0:
            os.fchown(stream.fileno(), folder.stat().st_uid, folder.stat().st_gid)
        return stream
