"""What ends by itself, told thirty days before: posts to their holder and to whoever prepares the next, lent ones to both sides."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from districts.calendar.workdays import WorkingDays
from districts.duties import Duty, posts_with
from districts.inbox.reminding import Reminder
from districts.posts.models import Appointment, Delegation
from districts.units.queries import in_force

AHEAD = timedelta(days=30)
LAST_DAYS = 3  # working days before the end of what is held for less than that


def ending_posts(today):
    """Of each post that ends and is not given anew to the same person. A later end is told again."""
    after = Appointment.objects.filter(user=OuterRef("user"), post=OuterRef("post"), unit=OuterRef("unit"))
    held = Appointment.objects.filter(~Exists(after.filter(starts_on__gt=OuterRef("ends_on"))))
    office = _office(today)
    for post in _ending(held.select_related("unit"), today):
        to = {post.user_id, *office.get(post.unit.tree_id, ())}
        yield Reminder(post, post.unit, "ends", "任职快到期", _once(post), to=to)


def ending_lent(today):
    lent = Delegation.objects.filter(in_force(today, "appointment__")).select_related("appointment__unit")
    for each in _ending(lent, today):
        to = {each.delegate_id, each.appointment.user_id}
        yield Reminder(each, each.appointment.unit, "ends", "代录快到期", _once(each), to=to)


def _ending(rows, today):
    """What is held today and is to be told: thirty days before its end; of a shorter span in its last working days, not on its first."""
    days = WorkingDays(today)
    for each in rows.valid_on(today).filter(ends_on__lte=today + AHEAD).order_by("pk"):
        is_long = each.ends_on - each.starts_on >= AHEAD
        if is_long or (each.starts_on < today and days.between(today, each.ends_on) <= LAST_DAYS):
            yield each


def _once(each):
    return f"ends:{each._meta.model_name}:{each.pk}:{each.ends_on}"


def _office(today):
    """{tree id of a street: ids of the persons} who prepare there who holds which post."""
    found = {}
    rows = Appointment.objects.valid_on(today).filter(post__in=posts_with(Duty.ASSESS))
    for tree, person in rows.values_list("unit__tree_id", "user"):
        found.setdefault(tree, []).append(person)
    return found
