"""Which post gives which duty, and how far, written down by hand. It shares no code with the gate."""

# post -> duty -> reach: "below" (the unit and everything under it) or "assigned" (only what that very unit was given).
DUTIES = {
    "street_leader": {"view": "below", "log": "below", "issue": "below", "accept": "below", "sign": "below"},
    "party_office": {
        "view": "below",
        "log": "below",
        "issue": "below",
        "accept": "below",
        "assess": "below",
        "intake": "below",
    },
    "commissioner": {"view": "below", "log": "below", "issue": "below", "accept": "below"},
    "assistant": {"view": "below", "log": "below", "issue": "below"},
    "aide": {"view": "below", "log": "below"},
    "lead_secretary": {"view": "assigned", "log": "assigned", "handle": "assigned"},
    "department_head": {"view": "below", "log": "below", "handle": "below"},
    "clerk": {"view": "below", "log": "below", "handle": "below"},
    "secretary": {"view": "below", "log": "below", "handle": "below", "issue": "below"},
    "deputy_secretary": {"view": "below", "log": "below", "handle": "below", "issue": "below"},
    "worker": {"view": "below", "log": "below"},
    "dispatcher": {"view": "below", "log": "below", "intake": "below"},
    "discipline": {"confirm": "below"},
    "branch_secretary": {"view": "below", "log": "below", "handle": "below"},
}

# Of which post a duty is only while nobody in that street holds the other.
STAND_INS = {("party_office", "intake"): "dispatcher"}

# What may be entered for another, and what may be granted without a post.
LENDABLE = {"view", "log", "handle", "issue"}
