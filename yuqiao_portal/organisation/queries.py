"""The 1+10+24+N board and the pages of units, today or as of a past day: units and posts are known to the whole street."""

from collections import Counter, defaultdict
from datetime import date

from django.db.models import F, Q
from django.utils import timezone

from districts.posts.models import Appointment
from districts.units.models import Placement, ServiceLink, Unit


def day_asked(request):
    """The past day that `?on=` asks for; None for today, for a day to come and for what is no day."""
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return on if on < timezone.localdate() else None


def units_on(user, on=None):
    """The units of the user's streets with `parent_then` and the name of that day: today's, or as of a past day."""
    rows = Unit.objects.in_street_of(user).order_by("tree_id", "lft")
    if on is None:
        return list(rows.active().annotate(parent_then=F("parent_id")))
    units = list(rows.as_of(on))
    for unit in units:
        unit.name = unit.name_then or unit.name
    return units


def board(user, on=None):
    """For each street of the user's posts: its counts 1+10+24+N, centres with their communities, and departments."""
    units = units_on(user, on)
    holders = holders_of(units, on)
    day = on or timezone.localdate()
    unconfirmed = set(Placement.objects.as_of(day).filter(is_confirmed=False).values_list("unit", flat=True))
    children = defaultdict(list)
    for unit in units:
        unit.holders = holders.get(unit.pk, {})
        unit.is_placement_confirmed = unit.pk not in unconfirmed
        children[unit.parent_then].append(unit)
    return [_street(root, children) for root in children[None]]


def holders_of(units, on=None):
    """Unit id to {post: [appointments valid that day]}."""
    rows = Appointment.objects.valid_on(on or timezone.localdate()).filter(unit__in=[u.pk for u in units])
    holders = defaultdict(lambda: defaultdict(list))
    for appointment in rows.select_related("user").order_by("post", "pk"):
        holders[appointment.unit_id][appointment.post].append(appointment)
    return holders


def path_on(unit, units):
    """The units above one, from the top, as its street stood that day."""
    by_id, above = {u.pk: u for u in units}, []
    parent = next((u.parent_then for u in units if u.pk == unit.pk), None)
    while parent in by_id:
        above.insert(0, by_id[parent])
        parent = by_id[parent].parent_then
    return above


def service_links_of(unit, on=None):
    """The service links of a unit that hold that day, from either end."""
    rows = ServiceLink.objects.as_of(on or timezone.localdate()).filter(Q(unit=unit) | Q(center=unit))
    return rows.select_related("unit", "center")


def _street(root, children):
    counts, centers, queue = Counter(), [], [root]
    while queue:
        unit = queue.pop()
        counts[unit.kind] += 1
        queue += children[unit.pk]
    for center in (u for u in children[root.pk] if u.kind == Unit.Kind.CENTER):
        center.communities = children[center.pk]
        for community in center.communities:
            community.branch_count = len(children[community.pk])
        centers.append(center)
    return {
        "root": root,
        "centers": centers,
        "departments": [u for u in children[root.pk] if u.kind == Unit.Kind.DEPARTMENT],
        "center_count": counts["center"],
        "community_count": counts["community"] + counts["village"],
        "branch_count": counts["branch"],
    }
