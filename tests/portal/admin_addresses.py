"""The addresses of the admin."""

from auditlog.models import LogEntry
from django.contrib import admin

LISTS = [f"/admin/{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry]


def admin_pages(street):
    """Every list, the page of a first row of each, and the pages to add one."""
    models = list(admin.site._registry)
    rows = [(address, model._base_manager.first()) for address, model in zip(LISTS, models, strict=True)]
    opened = [f"{address}{row.pk}/{page}/" for address, row in rows if row for page in ("change", "history")]
    person = street.people["worker"].pk
    named = [
        "/admin/",
        "/admin/districts/",
        "/admin/districts/unit/opening/",
        f"/admin/districts/user/{person}/password/",
    ]
    entries = LogEntry.objects.order_by("content_type", "action", "-pk").values_list("pk", "content_type", "action")
    changes = [f"/admin/auditlog/logentry/{pk}/change/" for pk in {row[1:]: row[0] for row in entries}.values()]
    return [*named, *LISTS, *[f"{address}add/" for address in LISTS], *opened, *changes]
