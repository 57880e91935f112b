"""What the declared table and parent links alone say that a person may see and do."""

from tests.access.table import DUTIES, LENDABLE
from tests.cast import ADMINS, POSTS, TREE

HELD = {login: [(post.value, unit)] for login, (post, unit) in POSTS.items()}
HELD |= {"lapsed": [("worker", "西村")], "double": [("worker", "东二社区"), ("aide", "西中心")]}
HELD |= {"delegate": [("worker", "西村")], "granted": [("worker", "西村")]}
# Today: the delegate enters for the secretary of 东一社区; a grant to look at 东二社区. What had run out gives nothing.
LENT = {"delegate": [("secretary", "东一社区")]}
GRANTS = {"granted": [("view", "东二社区")]}
# Whom an appeal is about, by how its text begins and that of all that was made from it. The delegate reaches what is the
# secretary's by the secretary's post alone.
ABOUT = {"leader": "回避", "secretary": "反映书记", "delegate": "反映书记"}
WITH_PHONE = {"secretary", "stranger"}
ACTORS = [*HELD, *ADMINS, "anonymous"]


def line_of(unit):
    """The unit and everything above it, by parent links."""
    line = [unit]
    while TREE[line[-1]][1]:
        line.append(TREE[line[-1]][1])
    return line


def reaches(login, duty, unit, assigned=False):
    """May the person do this over that unit? `assigned`: the record was given to that very unit."""
    if any(duty == given and home in line_of(unit) for given, home in GRANTS.get(login, [])):
        return True
    for post, home in HELD.get(login, []) + (LENT.get(login, []) if duty in LENDABLE else []):
        reach = DUTIES[post].get(duty)
        if reach == "below" and home in line_of(unit):
            return True
        if reach == "assigned" and assigned and home == unit:
            return True
    return False


def in_street(login, unit):
    return any(line_of(home)[-1] == line_of(unit)[-1] for _, home in HELD.get(login, []))


def are_colleagues(login, other):
    """Both hold a post in one street today."""
    streets = [{line_of(home)[-1] for _, home in HELD.get(person, [])} for person in (login, other)]
    return bool(streets[0] & streets[1])


def speaks_for(login, unit):
    """Handles or issues in that very unit, under an own post or a lent one."""
    held = HELD.get(login, []) + LENT.get(login, [])
    return any({"handle", "issue"} & DUTIES[post].keys() and home == unit for post, home in held)


def objects_to(login, sheet):
    unit = sheet.unit.name
    return line_of(unit)[-1].startswith("槐花") and reaches(login, "view", unit) and speaks_for(login, unit)


def writes_version(login, version, duties=("assess",)):
    street = version.scheme.street
    return street is not None and any(reaches(login, duty, street.name) for duty in duties)


def sees_version(login, version):
    street = version.scheme.street
    if version.state != "approved":
        return writes_version(login, version, ("assess", "sign"))
    return street is None or in_street(login, street.name)


def reads_duties(login, other):
    """Themself, where they hold a post, and the leaders of the other's street."""
    if not are_colleagues(login, other):
        return False
    return login == other or any(reaches(login, "sign", line_of(home)[-1]) for _, home in HELD[other])


def is_kept(login, text):
    return login in ABOUT and text.startswith(ABOUT[login])


def sees_log(login, log):
    return reaches(login, "view", log.unit.name, assigned=True) and not is_kept(login, log.text)


def edits_log(login, log):
    """The author, who may log there, until a report rests on it."""
    cited = log.text.startswith("佐证")
    mine = log.created_by.username == login and not is_kept(login, log.text)
    return mine and reaches(login, "log", log.unit.name, assigned=True) and not cited


def sees_order(login, order, shares):
    if is_kept(login, order.title):
        return False
    if order.state == "draft":
        return reaches(login, "issue", order.unit.name)
    mine = [s.unit.name for s in shares if s.order_id == order.pk]
    given = any(reaches(login, "view", unit, assigned=True) for unit in mine)
    return reaches(login, "view", order.unit.name) or given


def issues_order(login, order):
    return reaches(login, "issue", order.unit.name) and not is_kept(login, order.title)


def sees_share(login, share):
    order = share.order
    if is_kept(login, order.title):
        return False
    if order.state == "draft":
        return reaches(login, "issue", order.unit.name)
    return (
        reaches(login, "view", share.unit.name, assigned=True)
        or reaches(login, "view", order.unit.name)
        or reaches(login, "view", order.lead_unit.name, assigned=True)
    )


def handles(login, share):
    return reaches(login, "handle", share.unit.name, assigned=True)


def accepts(login, share):
    """By the acceptance duty over the unit, not where one's own post handles; a 玉字令 only from where it was signed."""
    from_above = share.order.kind == "task" or reaches(login, "accept", share.order.unit.name)
    own = reaches(login, "handle", share.unit.name, assigned=True)
    return reaches(login, "accept", share.unit.name) and not own and from_above


def answers(login, share):
    """Urging and extensions: by whoever issues there, but not for the very unit where one's own post handles."""
    home = share.unit.name
    posts = HELD.get(login, []) + LENT.get(login, [])
    own = any(held == home and "handle" in DUTIES[post] for post, held in posts)
    return reaches(login, "issue", share.order.unit.name) and not own


BY_VERB = dict.fromkeys(["receive", "claim", "report", "extend"], handles) | dict.fromkeys(
    ["accept", "return"], accepts
)
BY_VERB |= dict.fromkeys(["grant", "deny", "urge", "call"], answers)
NEEDS_WORDS = {"report", "return", "claim", "extend", "grant", "deny"}
STARTS = {
    "receive": {"issued"},
    "accept": {"reported"},
    "urge": {"issued", "received", "returned"},
    "call": {"issued", "received", "returned"},
}


def takes_step(login, share, verb):
    """404 without the duty or the sight; 422 when something needed is missing from the empty form; 409 from a wrong state; else taken."""
    if not BY_VERB[verb](login, share) or not sees_share(
        login, share
    ):  # a draft's share is seen by those who draw it up
        return 404
    if verb in NEEDS_WORDS or speaks_for_another(login, share, verb):
        return 422
    return 302 if share.state in STARTS[verb] else 409


def speaks_for_another(login, share, verb):
    """A clerk handles for the head; a delegate for whoever lent the post, where their own does not reach."""
    if verb == "receive" and login == "clerk":
        return True
    if login not in LENT:
        return False
    return verb in {"receive", "urge", "call"}


APPEAL_VERBS = {
    "sign": "handle", "reach": "handle", "treat": "handle", "answer": "handle", "call_back": "assess",
    "assign": "issue", "ask_center": "handle", "write_note": "log",
}  # fmt: skip
REPORTED = {"BJ020": "marked", "BJ021": "confirmed"}


def root_of(record):
    return line_of(record.unit.name)[-1]


def sees_appeal(login, appeal):
    if appeal.number[:5] in REPORTED:  # 反映干部
        return REPORTED[appeal.number[:5]] == "marked" and reaches(login, "issue", root_of(appeal))
    return reaches(login, "view", appeal.unit.name, assigned=True) and not is_kept(login, appeal.title)


def confirms_report(login, report):
    """By the duty over the street; what is marked and what is confirmed, never what was sent back."""
    return reaches(login, "confirm", report.appeal.street.name) and report.state in {"marked", "confirmed"}


def takes_appeal_step(login, appeal, verb):
    """404 without the duty or the sight; an empty form lacks something: 422."""
    may = reaches(login, APPEAL_VERBS[verb], appeal.unit.name, assigned=True)
    if not (may and sees_appeal(login, appeal)):
        return 404
    return {409, 422} if verb == "sign" else 422  # none of these is handled by hand; who acts for another lacks a basis


def reads_report(login, report):
    """What is final is for whoever sees the whole street, a draft for whoever writes it."""
    return reaches(login, "view" if report.state == "final" else "assess", report.street.name)


def asks_exclusion(login, appeal):
    """By whoever handles or dispatches there, and sees it."""
    place = appeal.unit.name
    may = reaches(login, "handle", place, assigned=True) or reaches(login, "issue", place)
    return may and sees_appeal(login, appeal)
