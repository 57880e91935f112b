"""What the declared table of posts and the parent links alone say of a person's reach; it shares no code with the gate."""

from tests.access.table import DUTIES, LENDABLE, STAND_INS
from tests.cast import ADMINS, POSTS, TREE

OTHER = "外街道党建工作协调委员会"
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


def root_of(record):
    return line_of(record.unit.name)[-1]


def posts_of(login):
    """(post, unit) of what a person holds today, and of what was lent to them."""
    return HELD.get(login, []) + LENT.get(login, [])


def reaches(login, duty, unit, assigned=False):
    """May the person do this over that unit? `assigned`: the record was given to that very unit."""
    if any(duty == given and home in line_of(unit) for given, home in GRANTS.get(login, [])):
        return True
    for post, home in posts_of(login) if duty in LENDABLE else HELD.get(login, []):
        reach = None if is_relieved(post, duty, home) else DUTIES[post].get(duty)
        if reach == "below" and home in line_of(unit):
            return True
        if reach == "assigned" and assigned and home == unit:
            return True
    return False


def is_relieved(post, duty, home):
    """Does somebody in that street hold the post for which this one stands in?"""
    own = STAND_INS.get((post, duty))
    return any(
        own == held and line_of(there)[-1] == line_of(home)[-1] for rows in HELD.values() for held, there in rows
    )


def in_street(login, unit):
    return any(line_of(home)[-1] == line_of(unit)[-1] for _, home in HELD.get(login, []))


def are_colleagues(login, other):
    """Both hold a post in one street today."""
    streets = [{line_of(home)[-1] for _, home in HELD.get(person, [])} for person in (login, other)]
    return bool(streets[0] & streets[1])


def is_kept(login, text):
    return login in ABOUT and text.startswith(ABOUT[login])
