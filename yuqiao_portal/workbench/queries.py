"""The parts of the first page: what every noun has for it, and the units of a person's posts."""

from collections import Counter
from dataclasses import dataclass
from operator import itemgetter

from django.utils import timezone

from districts.duties import Duty
from districts.nouns import nouns
from districts.posts.models import Appointment
from districts.units.models import Unit
from districts.waiting import COLUMNS, Kind

SHOWN = 6


@dataclass(frozen=True)
class Today:
    """What waits for a person: (template, its row) in the order of their ranks, the lists of each kind, and how many it is."""

    rows: list
    links: list
    number: int


def today(user, duties, notices):
    """Of every noun its to-dos and notices; `duties` are those that the user holds."""
    found = [(noun.todo, noun.todos(user, duties)) for noun in nouns() if noun.todos]
    rows = [(notice.kind.rank, notice.template, notice) for notice in notices]
    rows += [(row.rank, template, row) for template, todos in found for row in todos.rows]
    number = sum(todos.number for _, todos in found) + sum(not notice.kind.is_news for notice in notices)
    links = [link for _, todos in found for link in todos.counts]
    return Today([(template, row) for _, template, row in sorted(rows, key=itemgetter(0))], links, number)


def figures(user, units):
    """[(noun, its Figures, or None where it only counts notices)] of every noun that has cards or tiles."""
    with_any = [noun for noun in nouns() if noun.cards or noun.tile]
    return [(noun, noun.figures(user, units) if noun.figures else None) for noun in with_any]


def tiles(figures, units):
    """[(unit, [(template, its numbers) of every noun with a tile])]."""
    drawn = [(noun.tile, found.by_unit) for noun, found in figures if noun.tile]
    return [(unit, [(template, by_unit[unit.pk]) for template, by_unit in drawn]) for unit in units]


def trends(user):
    return [noun.trend(user) for noun in nouns() if noun.trend]


def latest(user):
    """The newest of what every noun has."""
    found = [row for noun in nouns() if noun.latest for row in noun.latest(user, SHOWN)]
    return sorted(found, key=lambda row: row.at, reverse=True)[:SHOWN]


@dataclass(frozen=True)
class Notice:
    """One row of a person's first page: of which kind, and the template of its noun that draws it."""

    kind: Kind
    template: str
    row: dict


def notices(user, posts):
    """({kind: number} of what is only counted, the Notices in the order of their ranks): of every noun, in one query."""
    legs = [leg for noun in nouns() if noun.notices for leg in noun.notices(user, posts)]
    found = [dict(zip(COLUMNS, values, strict=True)) for values in legs[0].union(*legs[1:], all=True)]
    known = {kind.code: (kind, noun.notice) for noun in nouns() for kind in noun.kinds}
    shown = [Notice(*known[row["notice"]], row) for row in found if row["notice"] in known]
    counts = Counter({row["notice"]: row["key"] for row in found if row["notice"] not in known})
    return counts, sorted(shown, key=lambda notice: (notice.kind.rank, notice.row["what"]))


def units_in_charge(user, posts):
    """The units that the user answers for, one level below their highest post; with a single community, that one.

    For the whole street also the numbers of 1+10+24+N, else None.
    """
    if not posts:
        return [], None
    top = posts[0].unit
    kinds = [Unit.Kind.CENTER] if top.kind == Unit.Kind.COMMITTEE else [Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE]
    seen = list(
        Unit.objects.where_user_may(user, Duty.VIEW).active().select_related("parent").order_by("tree_id", "lft")
    )
    units = [unit for unit in seen if unit.kind in kinds]
    _describe(units, seen)
    return units, _counted(seen) if top.kind == Unit.Kind.COMMITTEE else None


def _describe(units, seen):
    """Put on each tile who leads the unit, and what lies below it."""
    leads = {Unit.Kind.CENTER: "commissioner", Unit.Kind.COMMUNITY: "secretary", Unit.Kind.VILLAGE: "secretary"}
    held = Appointment.objects.valid_on(timezone.localdate()).filter(unit__in=[u.pk for u in units])
    names = {(a.unit_id, a.post): a.user.name for a in held.select_related("user")}
    for unit in units:
        word = "专员" if unit.kind == Unit.Kind.CENTER else "书记"
        name = names.get((unit.pk, leads[unit.kind]))
        below = [u for u in seen if u.parent_id == unit.pk]
        branches = sum(u.kind == Unit.Kind.BRANCH and unit.lft < u.lft < unit.rght for u in seen)
        unit.led_by = (
            f"{word} {name or '空缺'} · {f'{len(below)} 社区 ' if unit.kind == Unit.Kind.CENTER else ''}{branches} 支部"
        )
        unit.below = "、".join(u.name.removesuffix("社区") for u in below) if unit.kind == Unit.Kind.CENTER else ""


def _counted(seen):
    kinds = Counter(unit.kind for unit in seen)
    communities = kinds[Unit.Kind.COMMUNITY] + kinds[Unit.Kind.VILLAGE]
    return {"centers": kinds[Unit.Kind.CENTER], "communities": communities, "branches": kinds[Unit.Kind.BRANCH]}
