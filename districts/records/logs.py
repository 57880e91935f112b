"""What goes to the logs passes the scrubber: messages, their arguments and the texts of exceptions."""

import logging

from districts.records.privacy import scrubbed


class ScrubbedLine(logging.Formatter):
    def format(self, record):
        return scrubbed(super().format(record))
