"""The administrators' pages: who may look and who may change."""

ADMIN_MODELS = {
    # model -> (who may look, who may change)
    "districts_unit": ({"sysadmin", "secadmin", "auditor"}, {"sysadmin"}),
    "districts_user": ({"sysadmin", "secadmin", "auditor"}, {"sysadmin"}),
    "districts_appointment": ({"sysadmin", "secadmin", "auditor"}, {"secadmin"}),
    "districts_appointmentchange": ({"sysadmin", "secadmin", "auditor"}, {"secadmin"}),
    "districts_delegation": ({"sysadmin", "secadmin", "auditor"}, {"secadmin"}),
    "districts_grant": ({"sysadmin", "secadmin", "auditor"}, {"secadmin"}),
    "districts_servicelink": ({"sysadmin", "secadmin", "auditor"}, {"sysadmin"}),
    "districts_calendarday": ({"sysadmin", "secadmin", "auditor"}, {"sysadmin"}),
    "districts_event": ({"auditor"}, set()),
    "districts_job": ({"sysadmin"}, {"sysadmin"}),
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
    "opening": "tree",
    "opening_template": "tree",
    "opening_export": "tree",
}
# Made elsewhere, or by nobody: no page adds them.
NEVER_ADDED = {"districts_appointmentchange", "districts_job"}
DELETABLE = {"districts_calendarday"}
