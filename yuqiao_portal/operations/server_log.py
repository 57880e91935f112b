"""The web server's own log, which quotes addresses: through the same scrubber as the portal's."""

from gunicorn.glogging import Logger

from districts.records.logs import ScrubbedLine


class ScrubbedLogger(Logger):
    def setup(self, cfg):
        super().setup(cfg)
        for log, pattern in ((self.error_log, self.error_fmt), (self.access_log, self.access_fmt)):
            for handler in log.handlers:
                handler.setFormatter(ScrubbedLine(pattern, self.datefmt))
