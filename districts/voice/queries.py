"""What the auditor knows of 投诉建议: of each street and addressee how many, how many wait and how long, and no word."""

from dataclasses import dataclass

from django.db.models import Count, Min, Q

from districts.voice.models import Suggestion


@dataclass(frozen=True)
class Tally:
    """Of what was said in a street to somebody; `days` is the age of the oldest that waits, None where none does."""

    street: str
    to: str
    number: int
    waiting: int
    days: int | None


def tallies(today):
    is_new = Q(state=Suggestion.State.NEW)
    found = {"number": Count("pk"), "waiting": Count("pk", filter=is_new), "oldest": Min("said_on", filter=is_new)}
    columns = ("street__tree_id", "street__name", "to")
    rows = Suggestion.objects.values_list(*columns).annotate(**found).order_by("street__tree_id", "-to")
    return [
        Tally(street, Suggestion.To(to).label, number, waiting, oldest and (today - oldest).days)
        for _, street, to, number, waiting, oldest in rows
    ]
