"""The web server's own log, which quotes addresses: through the same scrubber as the portal's, and without the box of 投诉建议."""

import re

from gunicorn.glogging import Logger

from districts.records.logs import ScrubbedLine

THE_BOX = re.compile(r"(?:https?://[^/]+)?/voice/(?:\?|$)")


class ScrubbedLogger(Logger):
    def setup(self, cfg):
        super().setup(cfg)
        for log, pattern in ((self.error_log, self.error_fmt), (self.access_log, self.access_fmt)):
            for handler in log.handlers:
                handler.setFormatter(ScrubbedLine(pattern, self.datefmt))

    def access(self, resp, req, environ, request_time):
        """Who opened the box, spoke into it or came from it stands in no line, where an operator has lines of access at all."""
        asked = (environ.get("PATH_INFO", ""), environ.get("HTTP_REFERER", ""))
        if not any(map(THE_BOX.match, asked)):
            super().access(resp, req, environ, request_time)
