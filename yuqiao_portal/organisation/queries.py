"""The 1+10+24+N board and the pages of units: units and posts are known to the whole street, records are not."""

from collections import Counter, defaultdict

from django.utils import timezone

from districts.posts.models import Appointment
from districts.units.models import Placement, Unit


def board(user):
    """For each street of the user's posts: its counts 1+10+24+N, centres with their communities, and departments."""
    units = list(Unit.objects.in_street_of(user).active().order_by("tree_id", "lft"))
    holders = holders_of(units)
    unconfirmed = set(Placement.objects.filter(ends_on=None, is_confirmed=False).values_list("unit", flat=True))
    children = defaultdict(list)
    for unit in units:
        unit.holders = holders.get(unit.pk, {})
        unit.is_placement_confirmed = unit.pk not in unconfirmed
        children[unit.parent_id].append(unit)
    return [_street(root, children) for root in children[None]]


def holders_of(units):
    """Unit id to {post: [appointments valid today]}."""
    rows = Appointment.objects.valid_on(timezone.localdate()).filter(unit__in=units).select_related("user")
    holders = defaultdict(lambda: defaultdict(list))
    for appointment in rows.order_by("post", "pk"):
        holders[appointment.unit_id][appointment.post].append(appointment)
    return holders


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
