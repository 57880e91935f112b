"""Forms of the admin as a browser sends them."""

from django.utils import timezone


def unit_form(unit, **changes):
    inlines = {f"{prefix}-{name}": 0 for prefix in ("placements", "names") for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    fields = {
        "kind": unit.kind,
        "parent": unit.parent_id or "",
        "name": unit.name,
        "code": unit.code or "",
        "remark": "",
    }
    return {
        **fields,
        "name_confirmed": "on",
        "on": timezone.localdate(),
        "reason": "街办〔2026〕3号",
        **inlines,
        **changes,
    }
