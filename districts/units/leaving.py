"""What is still open at a unit that is to leave, as each app says it: nothing may be left to nobody.

The rows of the nouns name it (districts.nouns), looked up when a unit leaves, so that nothing here imports a slice.
A successor reaches everything of a merged unit through the gate; what will only be judged later is handed over to it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from districts.posts.models import Appointment

SHOWN = 3


@dataclass(frozen=True)
class OpenWork:
    """One kind of open work.

    `at(unit)` gives the words for each piece, `then` says what to do with them; `hand_over(unit, into, on)` gives the
    successor what falls due from the day `on`, says how many, and raises ValidationError where it cannot be.
    """

    what: str
    then: str
    at: Callable
    hand_over: Callable | None = None


def refuse_while_open(unit, on):
    """Raise ValidationError, with counts and names, while a unit without a successor has open work or posts after `on`."""
    found = [(work, work.at(unit)) for work in _kinds()]
    said = [_said(work.what, rows, work.then) for work, rows in found if rows]
    refuse_while_held(unit, on, said)
    if said:
        raise ValidationError(f"“{unit.name}”还有{'；'.join(said)}。办完这些再撤销；由别的单位接着办的，请用“合并”。")


def refuse_while_held(unit, on, said=()):
    """Raise ValidationError while somebody holds a post in a unit after the day `on`."""
    after = [a for a in Appointment.objects.filter(unit=unit).select_related("user") if not a.ends_on or a.ends_on > on]
    if after:
        held = _said("项任职", [f"{a.user.name}·{a.called}" for a in after], "请先免去，或到接着办的单位任命")
        raise ValidationError(f"“{unit.name}”在 {on} 之后还有{'；'.join([held, *said])}。")


def hand_over(unit, into, on):
    """Give a successor what falls due from the day `on`. Returns words on how much it was, for the audit trail."""
    moved = [(work.what, work.hand_over(unit, into, on)) for work in _kinds() if work.hand_over]
    return "、".join(f"{n} {what}由{into.name}接着办" for what, n in moved if n)


def _kinds():
    from districts.nouns import nouns  # noqa: PLC0415 - their rows are made of the class above

    return [work for noun in nouns() for work in noun.open_work]


def _said(what, rows, then):
    names = "、".join(rows[:SHOWN]) + ("等" if len(rows) > SHOWN else "")
    return f" {len(rows)} {what}（{names}），{then}"
