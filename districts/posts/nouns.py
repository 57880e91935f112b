"""Posts as people are reminded of them: one's own lead to 我的岗位, the office's to the row in which the next one is prepared."""

from django.urls import reverse
from django.utils.http import urlencode

from districts.nouns import Noun
from districts.posts.ending import ending_lent, ending_posts
from districts.posts.models import Appointment, Delegation


def _address(post):
    """Of a post as the gate gives it."""
    if post.is_own:
        return reverse("my_posts")
    asked = {"q": post.user.name, "user": post.user_id, "post": post.post, "unit": post.unit_id}
    return f"{reverse('appointment_table')}?{urlencode(asked)}"


def _until(each):
    """In words; empty where it ends no more."""
    return f"，到 {each.ends_on.year}年{each.ends_on.month}月{each.ends_on.day}日" if each.ends_on else ""


APPOINTMENT = Noun(
    key="appointment",
    label="任职",
    icon="users",
    model=Appointment,
    address=_address,
    called=lambda post: f"{post}{_until(post)}",
    related=("user", "unit"),
    reminders=ending_posts,
)
DELEGATION = Noun(
    key="delegation",
    label="代录委托",
    icon="users",
    model=Delegation,
    address=lambda lent: reverse("my_posts"),
    called=lambda lent: f"{lent}{_until(lent)}",
    related=("delegate", "appointment__user", "appointment__unit"),
    reminders=ending_lent,
)
