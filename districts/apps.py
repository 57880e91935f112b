from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    name = "districts"
    verbose_name = "组织与岗位"

    def ready(self):
        from districts import gate_checks  # noqa: F401, PLC0415 - registers itself
        from districts.history import tracking  # noqa: PLC0415 - models must be loaded first

        tracking.register()
