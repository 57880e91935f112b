"""Why somebody sees a record: which post, lent post or grant, over which unit, reaches it by which path."""

from dataclasses import dataclass

from django.utils import timezone

from districts.access import held_posts, lies_in, paths_of, street_of
from districts.duties import STAND_INS, Duty, Post, Reach
from districts.keeping import persons_kept_from
from districts.nouns import noun_of
from districts.posts.models import Grant
from districts.units.models import Unit


@dataclass(frozen=True)
class Giver:
    """A source of a duty: what it is called, where it holds, and whether it goes below that unit; of a lent post, whose it is."""

    words: str
    unit: Unit
    goes_below: bool
    until: object
    lender: int | None = None


def givers_of(user, duty):
    """Everything that gives the user the duty today."""
    found = []
    for a in held_posts(user, duty).select_related("unit", "user").order_by("unit__level", "pk"):
        lent = a.user_id != user.pk
        words = f"{'代' + a.user.name + '：' if lent else ''}{a.unit.name} · {a.called}{_meanwhile(a, duty)}"
        found.append(Giver(words, a.unit, a.duties[duty] == Reach.BELOW, a.ends_on, a.user_id if lent else None))
    grants = Grant.objects.valid_on(timezone.localdate()).filter(
        user=user, duty=duty, unit__tree_id__in=street_of(user)
    )
    found += [
        Giver(f"临时授权：{g.unit.name} · {g.get_duty_display()}", g.unit, True, g.ends_on)
        for g in grants.select_related("unit")
    ]
    return found


def _meanwhile(appointment, duty):
    """Of a post that only stands in for another: until when."""
    other, own = STAND_INS.get(duty, ("", ""))
    return f"（“{Post(own).label}”没有人任职期间）" if other == appointment.post else ""


def reasons_for(user, record, duty=Duty.VIEW):
    """Chinese sentences, one per way in which the user's posts reach the record; the gate itself is asked elsewhere."""
    model, reasons = type(record), []
    words = noun_of(model).paths
    about = persons_kept_from(record)
    givers = [giver for giver in givers_of(user, duty) if giver.lender not in about]
    below, assigned = paths_of(model, duty)
    for path in dict.fromkeys([*below, *assigned]):
        for unit in Unit.objects.filter(pk__in=model._base_manager.filter(pk=record.pk).values(path)):
            for giver in givers:
                where = _where(giver, unit) if path in (below if giver.goes_below else assigned) else ""
                if where:
                    reasons.append(f"{giver.words}。这条记录的{words[path]}是{unit.name}，{where}。")
    return list(dict.fromkeys(reasons))


def _where(giver, unit):
    """How a unit lies to what a giver reaches; empty where it does not. A merged one lies where its successor does."""
    if giver.unit.pk == unit.pk:
        return "就是它"
    if giver.goes_below and lies_in(unit, giver.unit):
        return f"在{giver.unit.name}之下"
    above = _where(giver, unit.merged_into) if unit.merged_into else ""
    return f"已并入{unit.merged_into.name}" if above else ""
