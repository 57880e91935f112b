"""The cast: fixed people in fixed places, and plain builders of records, one argument per surprise."""

from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace

from django.apps import apps
from django.utils import timezone

from districts.duties import Post
from districts.posts.appointing import appoint
from districts.posts.models import User
from districts.records.origin import origin_of
from districts.units.tree import add_unit
from partybuilding import seeds
from partybuilding.appeals.models import Appeal
from partybuilding.assessment.models import SchemeItem, SchemeVersion
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from tests.replaying import replayed

LONG_AGO = date(2025, 1, 1)
STREET = "槐花街道党建工作协调委员会"
PASSWORD = "right-Pass-2026"
_numbers = count(1)

# name: (kind, parent). Two centres of two communities, a village, branches, departments; and the other street.
TREE = {
    "槐花街道党建工作协调委员会": ("committee", None),
    "东中心": ("center", "槐花街道党建工作协调委员会"),
    "东一社区": ("community", "东中心"),
    "东一支部": ("branch", "东一社区"),
    "东二社区": ("community", "东中心"),
    "西中心": ("center", "槐花街道党建工作协调委员会"),
    "西一社区": ("community", "西中心"),
    "西村": ("village", "西中心"),
    "城管科": ("department", "槐花街道党建工作协调委员会"),
    "民政科": ("department", "槐花街道党建工作协调委员会"),
    "外街道党建工作协调委员会": ("committee", None),
    "外中心": ("center", "外街道党建工作协调委员会"),
    "外社区": ("community", "外中心"),
}
# login: (post, unit)
POSTS = {
    "leader": (Post.STREET_LEADER, "槐花街道党建工作协调委员会"),
    "office": (Post.PARTY_OFFICE, "槐花街道党建工作协调委员会"),
    "commissioner": (Post.COMMISSIONER, "东中心"),
    "assistant": (Post.ASSISTANT, "东中心"),
    "aide": (Post.AIDE, "东中心"),
    "lead_secretary": (Post.LEAD_SECRETARY, "东中心"),
    "head": (Post.DEPARTMENT_HEAD, "城管科"),
    "clerk": (Post.CLERK, "城管科"),
    "secretary": (Post.SECRETARY, "东一社区"),
    "deputy": (Post.DEPUTY_SECRETARY, "东一社区"),
    "worker": (Post.WORKER, "东一社区"),
    "discipline": (Post.DISCIPLINE, "槐花街道党建工作协调委员会"),
    "branch_secretary": (Post.BRANCH_SECRETARY, "东一支部"),
    "neighbour": (Post.SECRETARY, "东二社区"),
    "far_secretary": (Post.SECRETARY, "西一社区"),
    "far_commissioner": (Post.COMMISSIONER, "西中心"),
    "stranger": (Post.STREET_LEADER, "外街道党建工作协调委员会"),
    "dispatcher": (Post.DISPATCHER, "外街道党建工作协调委员会"),
    "strange_secretary": (Post.SECRETARY, "外社区"),
}
ADMINS = {"sysadmin": "system_admin", "secadmin": "security_admin", "auditor": "log_auditor"}


@replayed
def build_street():
    """Units by name in `.units`, people by login in `.people`."""
    seed_scheme()
    units = {}
    for name, (kind, parent) in TREE.items():
        units[name] = add_unit(kind, name, parent=units.get(parent), on=LONG_AGO, reason="测试")
    people = {login: make_user(login) for login in POSTS}
    for login, (post, unit) in POSTS.items():
        appoint(people[login], post, units[unit], starts_on=LONG_AGO, reason="测试")
    for login, role in ADMINS.items():
        people[login] = make_user(login, admin_role=role)
    return SimpleNamespace(units=units, people=people)


def seed_scheme():
    """The migrations' own seeds, once more where a test that commits has flushed the database."""
    if not apps.get_model("partybuilding", "Scheme").objects.exists():
        seeds.default_scheme(apps)
        seeds.whole_default_scheme(apps)
    if not apps.get_model("partybuilding", "AppealRule").objects.exists():
        seeds.appeal_rules(apps)


def make_user(login=None, **fields):
    login = login or f"someone{next(_numbers)}"
    return User.objects.create_user(login, PASSWORD, **{"name": f"名{login}", **fields})


def make_second(street, login="second", unit=STREET):
    """Another person of the assessing office of a street, for what wants two."""
    user = make_user(login)
    appoint(user, Post.PARTY_OFFICE, street.units[unit], starts_on=LONG_AGO, reason="测试")
    return user


def make_log(street, unit="东一社区", by="secretary", text="查看充电棚", **fields):
    fields = {"happened_on": timezone.localdate(), "came_from": origin_of(fields.pop("appeal", None)), **fields}
    return WorkLog.objects.create(unit=street.units[unit], created_by=street.people[by], text=text, **fields)


def make_order(
    street, to=("东一社区",), by="office", unit="槐花街道党建工作协调委员会", days=10, issued=True, **fields
):
    """An order of the street to some units, the first leading; issued unless told otherwise."""
    lead, *co = [street.units[name] for name in to]
    order = actions.draw_up_order(
        by=street.people[by],
        unit=street.units[unit],
        kind=fields.pop("kind", "task"),
        title=fields.pop("title", "清理楼道堆物"),
        content=fields.pop("content", "三天内清完"),
        due_on=timezone.localdate() + timedelta(days=days),
        lead_unit=lead,
        co_units=co,
        source=fields.pop("appeal", None),
    )
    return actions.issue_order(order, street.people[fields.pop("signer", by)]) if issued else order


def make_appeal(street, unit="东一社区", number=None, **fields):
    """An open appeal of today at a unit; at a street's root it waits to be dispatched."""
    home = street.units[unit]
    now = timezone.now()
    fields = {
        "called_at": now,
        "called_on": timezone.localdate(),
        "due_at": now + timedelta(days=7),
        "title": "路灯不亮",
        **fields,
    }
    state = "assigned" if home.parent_id else "waiting"
    fields = {"state": state, "content": "东门路灯不亮", "place": unit, **fields}
    return Appeal.objects.create(street=home.get_root(), unit=home, number=number or f"BJ{next(_numbers):06}", **fields)


def make_decree(street, **fields):
    return make_order(street, to=("东中心", "城管科"), by="leader", kind="decree", **fields)


def share_of(order, unit):
    return order.assignments.get(unit__name=unit)


def log_in(client, user):
    """Log in as the session middleware expects it."""
    from yuqiao_portal.accounts.sessions import posts_today

    client.force_login(user, backend="yuqiao_portal.accounts.login.GuardedBackend")
    session = client.session
    session["began"] = session["seen"] = int(timezone.now().timestamp())
    session["posts"] = [a.pk for a in posts_today(user)]
    session.save()
    return client


def text_of(response):
    """A page's markup with its white space as a browser draws it: one space, wherever the template breaks its lines."""
    return " ".join(response.content.decode().split())


def use_scheme(items, *, least=1, **settings):
    """Make the default scheme [(indicator, weight in points, floor, target in percent)] and nothing else, from long ago on."""
    version = SchemeVersion.objects.get(scheme__street=None, number=2)
    SchemeVersion.objects.filter(pk=version.pk).update(min_sample=least, **settings)
    version.items.all().delete()
    for position, (code, weight, floor, target) in enumerate(items, 1):
        values = {"weight": round(weight * 100), "floor": floor * 100, "target": target * 100}
        SchemeItem.objects.create(version=version, position=position, group=code, indicator=code, **values)
    return SchemeVersion.objects.get(pk=version.pk)


def only_orders(**settings):
    return use_scheme([("orders_on_time", 100, 60, 95)], **settings)


def month_before_last():
    """Its last day: a month whose figures have all come in, on whatever day the tests run."""
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1) - timedelta(days=1)
