"""Which units can be ticked together: those of a kind, those of a centre, and the groups that a person keeps."""

from dataclasses import dataclass
from functools import cached_property

from django.db import transaction

from districts.units.models import Unit
from partybuilding.matters.circulars.models import UnitGroup

COMMUNITIES = (Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)
KINDS = (
    ("communities", "全部社区（村）", COMMUNITIES),
    ("centers", "全部中心（片区）", (Unit.Kind.CENTER,)),
    ("departments", "全部科室", (Unit.Kind.DEPARTMENT,)),
    ("branches", "全部支部", (Unit.Kind.BRANCH,)),
)
FEWEST = 2  # what holds a single unit is ticked itself


@dataclass(frozen=True)
class Group:
    """`units` that can be chosen now, in the tree's order; of a kept one also its row, and the names of those that cannot."""

    code: str
    name: str
    units: tuple
    kept: UnitGroup | None = None
    left_out: tuple = ()

    @cached_property
    def label(self):
        return f"{self.name}（{len(self.units)} 个）"

    @cached_property
    def missing(self):
        """A sentence on what it holds and cannot be chosen any more; empty where there is nothing."""
        if not self.left_out:
            return ""
        return f"分组“{self.name}”里的{'、'.join(self.left_out)}已撤销、合并或不在您能发的范围内，不会发给它。"


def groups_for(user, units):
    """The Groups of what a person may choose: `units` in the tree's order, each with its parent."""
    return [*_of_kinds(units), *_of_centers(units), *_kept_by(user, units)]


def _of_kinds(units):
    for code, name, kinds in KINDS:
        found = tuple(unit for unit in units if unit.kind in kinds)
        if len(found) >= FEWEST:
            yield Group(code, name, found)


def _of_centers(units):
    below = {}
    for unit in units:
        if unit.kind in COMMUNITIES:
            below.setdefault(unit.parent, []).append(unit)
    for center, found in below.items() if len(below) > 1 else ():
        yield Group(f"center-{center.pk}", f"{center.name}的社区（村）", tuple(found))


def _kept_by(user, units):
    for kept in UnitGroup.objects.filter(owner=user.pk).prefetch_related("units").order_by("name"):
        held = {unit.pk: unit.name for unit in kept.units.all()}
        found = tuple(unit for unit in units if held.pop(unit.pk, None))
        yield Group(f"kept-{kept.pk}", kept.name, found, kept, tuple(held.values()))


@transaction.atomic
def keep_group(owner, name, units):
    """Keep units under a name; those that it had are replaced. Returns whether it is new."""
    group, is_new = UnitGroup.objects.get_or_create(owner=owner, name=name)
    group.units.set(units)
    return is_new


def drop_group(owner, pk):
    """Returns its name; raises UnitGroup.DoesNotExist for what is not theirs."""
    group = UnitGroup.objects.get(owner=owner.pk, pk=pk)
    group.delete()
    return group.name
