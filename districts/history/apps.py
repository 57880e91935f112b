from auditlog.apps import AuditlogConfig


class HistoryConfig(AuditlogConfig):
    """auditlog under its Chinese name."""

    verbose_name = "变更历史"
