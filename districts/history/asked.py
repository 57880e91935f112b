from auditlog.middleware import AuditlogMiddleware

from districts.trail.recording import address_of


class HistoryAsked(AuditlogMiddleware):
    """Who asked for a change that the history keeps; of a request's headers nothing is kept word for word."""

    def get_extra_data(self, request):
        return {"actor": self._get_actor(request), "remote_addr": address_of(request) or None, "remote_port": None}
