"""Is the tree still a tree? mptt's columns against parent links, and parent links against the dated placements."""

from collections import Counter, defaultdict

from districts.units.models import ALLOWED_PARENTS, DEEPEST_LEVEL, Placement, Unit


def tree_faults():
    """Chinese sentences, one per fault; an empty list means a sound tree. Reads three columns sets, writes nothing."""
    units = {u.pk: u for u in Unit.objects.order_by("pk")}
    faults = []
    for unit in units.values():
        faults += _faults_of(unit, units)
    faults += _faults_among(units)
    faults += _placement_faults(units)
    return faults


def _faults_of(unit, units):
    parent = units.get(unit.parent_id)
    name = f"#{unit.pk} {unit.name}"
    faults = []
    if unit.lft >= unit.rght:
        faults.append(f"{name}：lft {unit.lft} 不小于 rght {unit.rght}")
    depth = _depth(unit, units)
    if depth is None:
        return [*faults, f"{name}：上级链成环"]
    if unit.level != depth:
        faults.append(f"{name}：level 记为 {unit.level}，按上级链应为 {depth}")
    if depth > DEEPEST_LEVEL:
        faults.append(f"{name}：层级过深（{depth}）")
    if parent and (parent.tree_id != unit.tree_id or not parent.lft < unit.lft < unit.rght < parent.rght):
        faults.append(f"{name}：不在上级 #{parent.pk} {parent.name} 的区间内")
    if (parent.kind if parent else None) not in (ALLOWED_PARENTS[unit.kind] or (None,)):
        faults.append(f"{name}：{unit.get_kind_display()}的上级类型不对")
    return faults


def _depth(unit, units):
    depth, seen = 0, {unit.pk}
    while unit.parent_id is not None:
        unit = units[unit.parent_id]
        if unit.pk in seen:
            return None
        seen.add(unit.pk)
        depth += 1
    return depth


def _faults_among(units):
    faults = []
    roots = Counter(u.tree_id for u in units.values() if u.parent_id is None)
    faults += [f"树 {tree}：有 {n} 个根" for tree, n in roots.items() if n > 1]
    trees = defaultdict(list)
    for unit in units.values():
        trees[unit.tree_id] += [unit.lft, unit.rght]
    for tree, edges in trees.items():
        if sorted(edges) != list(range(1, len(edges) + 1)):
            faults.append(f"树 {tree}：lft/rght 有重复或缺口")
    return faults


def _placement_faults(units):
    born = {}
    for unit, starts_on in Placement.objects.order_by("-starts_on").values_list("unit_id", "starts_on"):
        born[unit] = starts_on
    early = Placement.objects.exclude(parent=None).values_list("unit_id", "parent_id", "starts_on")
    faults = [
        f"#{unit} {units[unit].name}：{starts_on} 归属时上级尚未设立"
        for unit, parent, starts_on in early
        if parent not in born or starts_on < born[parent]
    ]
    placed = dict(Placement.objects.filter(ends_on=None).values_list("unit_id", "parent_id"))
    for unit in units.values():
        if unit.is_retired:
            continue
        if unit.pk not in placed:
            faults.append(f"#{unit.pk} {unit.name}：没有现行归属")
        elif placed[unit.pk] != unit.parent_id:
            faults.append(f"#{unit.pk} {unit.name}：现行归属与上级不一致")
    return faults
