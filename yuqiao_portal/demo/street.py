"""The fictional street: its tree and a fictional person in every post."""

from datetime import date

from django.contrib.auth.hashers import make_password

from districts.duties import Post
from districts.posts.appointing import permission_ids, wanted_permissions
from districts.posts.models import Appointment, UnitUserPermission, User
from districts.units.models import Unit
from districts.units.tree import add_unit
from yuqiao_portal.demo.names import CENTERS, DEPARTMENTS, STREET

FOUNDED = date(2024, 1, 1)
REASON = "演示数据"
PASSWORD = "demo-Haitang-2026"  # printed for everybody: the demo has nothing to protect
# One account per post, shown on the demo's start page: user name, post, unit.
ACCOUNTS = [
    ("lingdao", Post.STREET_LEADER, STREET),
    ("dangqun", Post.PARTY_OFFICE, STREET),
    ("kaohe", Post.PARTY_OFFICE, STREET),
    ("chuzhi", Post.DISPATCHER, STREET),
    ("zhuanyuan", Post.COMMISSIONER, "银杏人才成长中心"),
    ("zhuli", Post.ASSISTANT, "银杏人才成长中心"),
    ("mishu", Post.AIDE, "银杏人才成长中心"),
    ("qiantou", Post.LEAD_SECRETARY, "银杏人才成长中心"),
    ("keshi", Post.DEPARTMENT_HEAD, "城市管理办公室"),
    ("keyuan", Post.CLERK, "城市管理办公室"),
    ("shuji", Post.SECRETARY, "海棠里社区"),
    ("fushuji", Post.DEPUTY_SECRETARY, "海棠里社区"),
    ("shegong", Post.WORKER, "海棠里社区"),
    ("zhibu", Post.BRANCH_SECRETARY, "海棠里社区第一党支部"),
    ("jijian", Post.DISCIPLINE, STREET),
]


def build_street(faker, rng):
    """Build the tree, the people and their posts. Returns {unit name: unit}."""
    units = _tree(rng)
    people = _People(faker, make_password(PASSWORD))
    wanted = list(ACCOUNTS) + list(_other_posts(units, {(post, unit) for _, post, unit in ACCOUNTS}))
    users = User.objects.bulk_create(people.make(username) for username, _, _ in wanted)
    appointments = Appointment.objects.bulk_create(
        Appointment(user=user, post=post, unit=units[name], starts_on=FOUNDED, reason=REASON)
        for user, (_, post, name) in zip(users, wanted, strict=True)
    )
    ids = permission_ids()
    UnitUserPermission.objects.bulk_create(
        UnitUserPermission(user_id=u, content_object_id=unit, permission_id=ids[duty])
        for u, unit, duty in sorted(wanted_permissions(appointments))
    )
    return units


def _tree(rng):
    said = {"on": FOUNDED, "reason": REASON, "is_fictional": True}
    root = add_unit(Unit.Kind.COMMITTEE, STREET, **said)
    units = {STREET: root}
    for center, communities in CENTERS.items():
        units[center] = add_unit(Unit.Kind.CENTER, center, parent=root, **said)
        for name in communities:
            kind = Unit.Kind.VILLAGE if name.endswith("村") else Unit.Kind.COMMUNITY
            units[name] = add_unit(kind, name, parent=units[center], **said)
            for ordinal in "一二三"[: rng.randint(1, 3)]:
                branch = f"{name}第{ordinal}党支部"
                units[branch] = add_unit(Unit.Kind.BRANCH, branch, parent=units[name], **said)
    for name in DEPARTMENTS:
        units[name] = add_unit(Unit.Kind.DEPARTMENT, name, parent=root, **said)
    return {name: Unit.objects.get(pk=unit.pk) for name, unit in units.items()}


def _other_posts(units, taken):
    """(user name, post, unit name) for the posts that the shown accounts leave open."""
    by_kind = {
        "center": [Post.COMMISSIONER, Post.ASSISTANT, Post.AIDE, Post.LEAD_SECRETARY],
        "community": [Post.SECRETARY, Post.WORKER],
        "village": [Post.SECRETARY, Post.WORKER],
        "department": [Post.DEPARTMENT_HEAD, Post.CLERK],
        "branch": [Post.BRANCH_SECRETARY],
    }
    for name, unit in units.items():
        for post in by_kind.get(unit.kind, []):
            if (post, name) not in taken:
                yield f"{post.value}-{unit.pk}", post, name


class _People:
    """Fictional people, each name once, all with the one shared password hashed once."""

    def __init__(self, faker, password):
        self.faker, self.password, self.names = faker, password, set()

    def make(self, username):
        name = self.faker.name()
        while name in self.names:
            name = self.faker.name()
        self.names.add(name)
        phone = f"1380000{len(self.names):04d}"  # no such numbers are given out
        return User(username=username, name=name, password=self.password, phone=phone)
