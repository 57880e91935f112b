from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yuqiao_portal"
    verbose_name = "强街带社"
