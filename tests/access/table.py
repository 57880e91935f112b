"""The declared side of the access matrix: posts, duties and URLs, written down by hand. It shares no code with the gate."""

# post -> duty -> reach: "below" (the unit and everything under it) or "assigned" (only what that very unit was given).
DUTIES = {
    "street_leader": {"view": "below", "log": "below", "issue": "below", "accept": "below", "sign": "below"},
    "party_office": {"view": "below", "log": "below", "issue": "below", "accept": "below", "assess": "below"},
    "commissioner": {"view": "below", "log": "below", "issue": "below", "accept": "below"},
    "assistant": {"view": "below", "log": "below", "issue": "below"},
    "aide": {"view": "below", "log": "below"},
    "lead_secretary": {"view": "assigned", "log": "assigned", "handle": "assigned"},
    "department_head": {"view": "below", "log": "below", "handle": "below"},
    "clerk": {"view": "below", "log": "below", "handle": "below"},
    "secretary": {"view": "below", "log": "below", "handle": "below", "issue": "below"},
    "deputy_secretary": {"view": "below", "log": "below", "handle": "below", "issue": "below"},
    "worker": {"view": "below", "log": "below"},
    "branch_secretary": {"view": "below", "log": "below", "handle": "below"},
}

# URL name -> (what its argument is, {method: rule}). The rules are in `expected.py`.
#   open: everybody · known: whoever is logged in · street: whoever holds a post in that street
PORTAL = {
    "workbench": (None, {"GET": "posted"}),
    "login": (None, {"GET": "login"}),
    "logout": (None, {"POST": "leaves"}),
    "password_change": (None, {"GET": "known", "POST": "known"}),
    "organisation": (None, {"GET": "known"}),
    "unit": ("unit", {"GET": "street"}),
    "worklog_list": (None, {"GET": "known"}),
    "worklog_new": (None, {"GET": "known", "POST": "known"}),
    "worklog_export": (None, {"GET": "known"}),
    "worklog_detail": ("log", {"GET": "view_log"}),
    "worklog_edit": ("log", {"GET": "edit_log", "POST": "edit_log"}),
    "order_list": (None, {"GET": "known"}),
    "order_new": (None, {"GET": "issuer", "POST": "issuer"}),
    "order_export": (None, {"GET": "known"}),
    "order_detail": ("order", {"GET": "view_order"}),
    "order_edit": ("order", {"GET": "issue_order", "POST": "issue_order"}),
    "order_issue": ("order", {"POST": "issue_order"}),
    "assignment_step": ("step", {"POST": "take_step"}),
    "standings": (None, {"GET": "known"}),
    "standings_period": ("period", {"GET": "known"}),
    "rollup": ("period", {"POST": "assess"}),
    "sheet": ("sheet", {"GET": "view_sheet"}),
    "sheet_records": ("sheet_item", {"GET": "view_sheet"}),
    "job_progress": ("job", {"GET": "view_job"}),
    "live": (None, {"GET": "open"}),
    "ready": (None, {"GET": "open"}),
}

ADMIN_MODELS = {
    # model -> (who may look, who may change)
    "districts_unit": ({"sysadmin", "secadmin", "auditor"}, {"sysadmin"}),
    "districts_user": ({"sysadmin", "secadmin", "auditor"}, {"sysadmin"}),
    "districts_appointment": ({"sysadmin", "secadmin", "auditor"}, {"secadmin"}),
    "auditlog_logentry": ({"auditor"}, set()),
}
ADMIN_PAGES = {
    "index": "staff",
    "login": "staff",
    "logout": "leaves",
    "password_change": "staff",
    "password_change_done": "staff",
    "autocomplete": "nobody",
    "jsi18n": "staff",
    "view_on_site": "nobody",
    "app_list": "app",
    "auth_user_password_change": "reset",
}
