"""谁办过: appeals of the same kind that were solved, the nearest first, and whom to ask."""

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from districts.duties import Duty, Post
from districts.posts.models import Appointment
from partybuilding.appeals.models import Appeal

MOST = 5


@dataclass(frozen=True)
class Solved:
    """An appeal that was solved, and who answers for its unit today (None: nobody)."""

    appeal: Appeal
    person: object | None


def solved_alike(appeal, user):
    """Solved appeals of the same category within the user's sight: of the same unit, of its centre, then of the others."""
    if not appeal.item:
        return []
    near = Case(
        When(unit=appeal.unit_id, then=Value(0)),
        When(unit__parent=appeal.unit.parent_id, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = Appeal.objects.where_user_may(user, Duty.VIEW).filter(street=appeal.street_id, item=appeal.item)
    rows = rows.filter(outcome=Appeal.Outcome.SOLVED, is_sealed=False).exclude(pk=appeal.pk).not_withheld()
    found = list(rows.select_related("unit").order_by(near, "-called_at", "-pk")[:MOST])
    asked = _secretaries({a.unit_id for a in found}) if found else {}
    return [Solved(a, asked.get(a.unit_id)) for a in found]


def _secretaries(units):
    held = Appointment.objects.valid_on(timezone.localdate()).filter(post=Post.SECRETARY, unit__in=units)
    return {a.unit_id: a.user for a in held.select_related("user")}
