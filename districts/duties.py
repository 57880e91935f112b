"""Posts and duties: the one table in code that says which post gives which duty, and how far."""

from django.db.models import TextChoices


class Duty(TextChoices):
    VIEW = "view", "查看"
    LOG = "log", "记录"
    HANDLE = "handle", "办理"
    ISSUE = "issue", "交办"
    ACCEPT = "accept", "审核办结"
    SIGN = "sign", "签发玉字令"
    ASSESS = "assess", "考核"
    INTAKE = "intake", "导入与分派"
    CONFIRM = "confirm", "确认"


class Reach(TextChoices):
    """How far a duty goes from the unit where the post is held."""

    BELOW = "below", "本级及以下"
    ASSIGNED = "assigned", "仅交给本单位的"


# What one person may enter for another (代录). Final approvals and signatures are personal.
DELEGABLE = (Duty.VIEW, Duty.LOG, Duty.HANDLE, Duty.ISSUE)

# What may be granted for a while without a post: no step of a workflow, since every step names a post.
GRANTABLE = (Duty.VIEW, Duty.LOG)

# What no record gives unless it says so itself: elsewhere a duty without paths of its own goes by those of `view`.
NEVER_IMPLIED = (Duty.CONFIRM,)


class Post(TextChoices):
    STREET_LEADER = "street_leader", "街道领导"
    PARTY_OFFICE = "party_office", "党群办·考核工作小组"
    COMMISSIONER = "commissioner", "党建专员"
    ASSISTANT = "assistant", "党建助理"
    AIDE = "aide", "秘书助理室成员"
    LEAD_SECRETARY = "lead_secretary", "中心牵头书记"
    DEPARTMENT_HEAD = "department_head", "科室负责人"
    CLERK = "clerk", "科室工作人员"
    SECRETARY = "secretary", "社区（村）书记"
    DEPUTY_SECRETARY = "deputy_secretary", "副书记"
    WORKER = "worker", "社区工作者、村干部"
    BRANCH_SECRETARY = "branch_secretary", "支部书记"
    COUNCIL_MEMBER = "council_member", "“大党委”成员"
    DISPATCHER = "dispatcher", "市民诉求处置中心"
    DISCIPLINE = "discipline", "纪检监察工委"

    @property
    def held_in(self):
        """Kinds of unit in which this post is held."""
        return POSTS[self][0]

    @property
    def duties(self):
        """The duties that this post gives, each with its reach."""
        return POSTS[self][1]

    @property
    def is_single(self):
        """Only one person holds it in a unit at a time."""
        return self in {
            Post.COMMISSIONER,
            Post.LEAD_SECRETARY,
            Post.DEPARTMENT_HEAD,
            Post.SECRETARY,
            Post.BRANCH_SECRETARY,
        }


_B, _A = Reach.BELOW, Reach.ASSIGNED

_V, _L, _H, _I, _C, _S, _K = Duty.VIEW, Duty.LOG, Duty.HANDLE, Duty.ISSUE, Duty.ACCEPT, Duty.SIGN, Duty.ASSESS
_T = Duty.INTAKE

_COMMUNITIES = ("community", "village")

POSTS = {
    Post.STREET_LEADER: (("committee",), {_V: _B, _L: _B, _I: _B, _C: _B, _S: _B}),
    Post.PARTY_OFFICE: (("committee",), {_V: _B, _L: _B, _I: _B, _C: _B, _K: _B, _T: _B}),
    Post.COMMISSIONER: (("center",), {_V: _B, _L: _B, _I: _B, _C: _B}),
    Post.ASSISTANT: (("center",), {_V: _B, _L: _B, _I: _B}),
    Post.AIDE: (("center",), {_V: _B, _L: _B}),
    Post.LEAD_SECRETARY: (("center",), {_V: _A, _L: _A, _H: _A}),
    Post.DEPARTMENT_HEAD: (("department",), {_V: _B, _L: _B, _H: _B}),
    Post.CLERK: (("department",), {_V: _B, _L: _B, _H: _B}),
    Post.SECRETARY: (_COMMUNITIES, {_V: _B, _L: _B, _H: _B, _I: _B}),
    Post.DEPUTY_SECRETARY: (_COMMUNITIES, {_V: _B, _L: _B, _H: _B, _I: _B}),
    Post.WORKER: (_COMMUNITIES, {_V: _B, _L: _B}),
    Post.BRANCH_SECRETARY: (("branch",), {_V: _B, _L: _B, _H: _B}),
    Post.COUNCIL_MEMBER: (("center",), {}),
    Post.DISPATCHER: (("committee",), {_V: _B, _L: _B, _T: _B}),
    Post.DISCIPLINE: (("committee",), {Duty.CONFIRM: _B}),
}

# A duty that a post has only on the days on which nobody holds, in the same unit, the post whose it is.
STAND_INS = {Duty.INTAKE: (Post.PARTY_OFFICE, Post.DISPATCHER)}

# Posts that no person holds both of at once: who loads the figures is not who scores by them.
NEVER_TOGETHER = [{Post.PARTY_OFFICE, Post.DISPATCHER}]

# A clerk handles on behalf of the head of the department; the step names both.
HANDLES_FOR = {Post.CLERK: Post.DEPARTMENT_HEAD}


def posts_that_log_in():
    """The posts that give anything at all: whoever holds only others has no log-in."""
    return [p for p, (_, duties) in POSTS.items() if duties]


def posts_with(duty, reach=None):
    """The posts that give a duty, narrowed to one reach where given."""
    return [p for p, (_, duties) in POSTS.items() if duty in duties and reach in (None, duties[duty])]
