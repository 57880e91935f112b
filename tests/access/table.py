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

# What may be entered for another, and what may be granted without a post.
LENDABLE = {"view", "log", "handle", "issue"}

# URL name -> (what its argument is, {method: rule}). The rules are in `expected.py`.
#   open: everybody · known: whoever is logged in · street: whoever holds a post in that street
PORTAL = {
    "workbench": (None, {"GET": "posted"}),
    "owed": (None, {"GET": "known"}),
    "search": (None, {"GET": "known"}),
    "help": (None, {"GET": "known"}),
    "help_page": ("help", {"GET": "known"}),
    "help_picture": ("picture", {"GET": "known"}),
    "login_code": (None, {"GET": "bounced", "POST": "bounced"}),
    "second_factor": (None, {"GET": "known", "POST": "known"}),
    "second_factor_off": (None, {"GET": "known", "POST": "known"}),
    "my_posts": (None, {"GET": "known"}),
    "person": ("person", {"GET": "colleague"}),
    "person_phone": ("person", {"POST": "colleague_with_phone"}),
    "why": ("why", {"GET": "why"}),
    "appointment_table": (None, {"GET": "assessor"}),
    "appointment_preview": (None, {"POST": "assessor"}),
    "appointment_prepare": (None, {"POST": "assessor"}),
    "appointment_export": (None, {"GET": "assessor"}),
    "appointment_withdraw": ("change", {"POST": "assess_unit"}),
    "login": (None, {"GET": "login"}),
    "logout": (None, {"POST": "leaves"}),
    "password_change": (None, {"GET": "known", "POST": "known"}),
    "organisation": (None, {"GET": "known"}),
    "unit": ("unit", {"GET": "street"}),
    "unit_brief": ("unit", {"GET": "view_unit"}),
    "worklog_guess": (None, {"POST": "known"}),
    "log_attachment": ("attachment", {"GET": "view_attachment"}),
    "goal_list": (None, {"GET": "known"}),
    "goal_new": (None, {"GET": "sets_goals", "POST": "sets_goals"}),
    "goal_edit": ("goal", {"GET": "issue_goal", "POST": "issue_goal"}),
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
    "order_accept_several": (None, {"POST": "known"}),
    "order_award": ("order", {"POST": "issue_order"}),
    "order_paper": ("order", {"GET": "view_numbered"}),
    "assignment_step": ("step", {"POST": "take_step"}),
    "standings": (None, {"GET": "known"}),
    "standings_period": ("period", {"GET": "known"}),
    "rollup": ("period", {"POST": "assess"}),
    "sheet": ("sheet", {"GET": "view_sheet"}),
    "sheet_records": ("sheet_item", {"GET": "view_sheet"}),
    "job_progress": ("job", {"GET": "view_job"}),
    "health": (None, {"GET": "sysadmin"}),
    "live": (None, {"GET": "open"}),
    "ready": (None, {"GET": "open"}),
}

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
