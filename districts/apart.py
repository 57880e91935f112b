"""Two persons: whoever did one step, or had it done, does not take the one that judges it. People are asked, never posts."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from districts.access import reaching
from districts.duties import posts_with
from districts.posts.models import Appointment, User


@dataclass(frozen=True)
class Deed:
    """What was done where no StepRecord says so: its name, who entered it, and for whom. A StepRecord has the same three."""

    label: str
    by: User
    for_whom: User | None = None

    @property
    def by_id(self):
        return self.by.pk

    @property
    def for_whom_id(self):
        return self.for_whom and self.for_whom.pk


def persons_of(deeds):
    """The ids of all who did something, and of all for whom it was done."""
    return {pk for deed in deeds for pk in (deed.by_id, deed.for_whom_id)} - {None}


def refusal(deeds, label, by, for_whom=None):
    """Why a person, acting for another or for themself, may not take the step of that label after those deeds; else empty."""
    for person in filter(None, (by, for_whom)):
        for deed in deeds:
            if person.pk in persons_of([deed]):
                done = _done_by(deed, person, person.pk == by.pk)
                return f"“{deed.label}”{done}，“{label}”须由另一位同事办理。"
    return ""


def _done_by(deed, person, is_reader):
    """In words, of one of the two who are in a deed."""
    who = "您" if is_reader else person.name
    if person.pk == deed.by_id:
        return f"是{who}代{deed.for_whom.name}办理的" if deed.for_whom_id else f"是{who}办理的"
    return f"是{deed.by.name}代{who}办理的"


def did_none_of(model, verbs, user):
    """The condition on records that a person took none of those steps, nor had them taken: row twin of `refusal`."""
    steps = model._meta.get_field("steps")
    mine = Q(by=user.pk) | Q(for_whom=user.pk)
    done = steps.related_model.objects.filter(mine, verb__in=verbs)
    return ~Q(pk__in=done.values(steps.field.name))


def others_who_could(record, step, deeds):
    """One sentence on the posts whose holders may take a step and did none of the deeds."""
    unit, done = record.acting_unit(step), persons_of(deeds)
    held = Appointment.objects.valid_on(timezone.localdate()).select_related("user", "unit")
    held = held.filter(post__in=posts_with(step.duty), unit__tree_id=unit.tree_id, user__is_active=True)
    able = []
    for a in held.exclude(user__in=done).order_by("-unit__level", "pk"):
        if _called(a) not in able and reaching([a], a.user, step.duty, unit) and _may(a.user, record, step):
            able.append(_called(a))
    if not able:
        return "目前没有别的人可以办理，请先请党群办按程序明确人选。"
    return f"可以办理的岗位：{'、'.join(able)}。"


def _called(appointment):
    post = appointment.get_post_display()
    return f"{appointment.unit.name}{post}" if appointment.unit.parent_id else post


def _may(user, record, step):
    return type(record).objects.where_user_may(user, step.duty).filter(pk=record.pk).exists()
