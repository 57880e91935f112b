"""People: the cast, and four more whose posts lapsed, are two, were lent or granted."""

from datetime import timedelta

from django.utils import timezone

from districts.posts.appointing import appoint, dismiss
from districts.posts.lending import delegate_post, grant_duty
from districts.posts.models import Appointment, Delegation, Grant, User
from tests.access import expected as e
from tests.access.rules import alone, known
from tests.cast import LONG_AGO, make_user


def people(world):
    return [((person.pk,), person) for person in world.street.people.values()]


def is_colleague(login, other, world):
    return e.are_colleagues(login, other.username)


def is_colleague_with_phone(login, other, world):
    return is_colleague(login, other, world) and other.username in e.WITH_PHONE


def reads_duties(login, other, world):
    """Themself, where they hold a post, and the leaders of the other's street."""
    if not is_colleague(login, other, world):
        return False
    homes = [e.line_of(home)[-1] for _, home in e.HELD[other.username]]
    return login == other.username or any(e.reaches(login, "sign", home) for home in homes)


def has_duty_of_post(login, duty, post, world):
    """One's own and those that one prepares are seen, nothing more."""
    return duty == "view" and (post.user.username == login or e.reaches(login, "assess", post.unit.name))


def has_duty_of_lent(login, duty, lent, world):
    return duty == "view" and login in (lent.delegate.username, lent.appointment.user.username)


GATE = {Appointment: has_duty_of_post, Delegation: has_duty_of_lent}
URLS = {
    "my_posts": (alone, {"GET": known}),
    "person": (people, {"GET": is_colleague}),
    "duties": (people, {"GET": reads_duties}),
    "person_phone": (people, {"GET": known, "POST": is_colleague_with_phone}),
}


def seed(world):
    street, today = world.street, timezone.localdate()
    street.people |= {login: make_user(login) for login in ("lapsed", "double", "delegate", "granted")}
    _appoint_more(street, today)
    _lend(street, today)
    User.objects.filter(username__in=e.WITH_PHONE).update(phone="13812345678")


def _appoint_more(street, today):
    people, units = street.people, street.units
    former = appoint(people["lapsed"], "worker", units["东一社区"], starts_on=LONG_AGO, reason="任")
    appoint(people["lapsed"], "worker", units["西村"], starts_on=LONG_AGO, reason="任")
    dismiss(former, on=today - timedelta(days=1), reason="免")
    appoint(people["double"], "worker", units["东二社区"], starts_on=LONG_AGO, reason="任")
    appoint(people["double"], "aide", units["西中心"], starts_on=LONG_AGO, reason="任")
    for login in ("delegate", "granted"):
        appoint(people[login], "worker", units["西村"], starts_on=LONG_AGO, reason="任")


def _lend(street, today):
    """What is lent and granted today, and the same once more that had run out."""
    span = {"starts_on": today, "ends_on": today, "reason": "会议"}
    spent = {"starts_on": LONG_AGO, "ends_on": today - timedelta(days=1)}
    posts = [street.people[login].appointments.get() for login in ("secretary", "far_commissioner")]
    _, over = (delegate_post(post, street.people["delegate"], **span) for post in posts)
    Delegation.objects.filter(pk=over.pk).update(**spent)
    units = [street.units[name] for name in ("东二社区", "西一社区")]
    _, over = (grant_duty(street.people["granted"], "view", unit, **span) for unit in units)
    Grant.objects.filter(pk=over.pk).update(**spent)
