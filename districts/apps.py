from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    name = "districts"
    verbose_name = "组织与岗位"

    def ready(self):
        from districts import history  # noqa: PLC0415 - models must be loaded first

        history.register()
