"""The only writers of the tree: each change under the lock, with a date and a reason."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from districts.locking import structure_lock
from districts.records.dirty import mark_dirty
from districts.trail.recording import record_event
from districts.units.leaving import hand_over, refuse_while_held, refuse_while_open
from districts.units.models import Placement, ServiceLink, Unit, UnitName, check_parent


def add_unit(kind, name, *, on, reason, by=None, parent=None, code=None, is_confirmed=True, **fields):
    """Add a unit under `parent` from the day `on`; `is_confirmed` says whether its place is. Returns the unit."""
    with structure_lock():
        parent = _fresh(parent)
        _check_day(on)
        check_parent(kind, parent)
        _check_there(parent, on)
        _check_name(name, parent, kind)
        unit = Unit(kind=kind, name=name, code=code or None, parent=parent, **fields)
        _check_code(unit)
        unit.insert_at(parent, position="last-child", save=True)
        Placement.objects.create(
            unit=unit, parent=parent, starts_on=on, reason=reason, entered_by=by, is_confirmed=is_confirmed
        )
        UnitName.objects.create(unit=unit, name=name, starts_on=on, reason=reason, entered_by=by)
        _changed(unit, f"设立 {name}（{parent or '顶层'}），自 {on}，依据：{reason}", by)
        return unit


def move_unit(unit, parent, *, on, reason, by=None, is_confirmed=True):
    """Put a unit under another parent from the day `on`; the months before keep the old one."""
    with structure_lock():
        unit, parent = _fresh(unit), _fresh(parent)
        _check_day(on)
        _check_active(unit)
        check_parent(unit.kind, parent)
        _check_there(parent, on)
        if parent.tree_id != unit.tree_id:
            raise ValidationError(f"“{unit.name}”与“{parent.name}”不在同一街道，不能跨街道调整归属。")
        if parent.pk == unit.parent_id:
            raise ValidationError(f"“{unit.name}”现在就归“{parent.name}”，不用调整。")
        _end_present(unit.placements, on, f"“{unit.name}”的归属")
        Placement.objects.create(
            unit=unit, parent=parent, starts_on=on, reason=reason, entered_by=by, is_confirmed=is_confirmed
        )
        unit.move_to(parent, "last-child")
        _changed(unit, f"{unit.name} 改归 {parent.name}，自 {on}，依据：{reason}", by)
        return _fresh(unit)


def reorder_unit(unit, beside, *, before):
    """Put a unit before or after a sibling: the order in which they are listed, nothing else."""
    with structure_lock():
        unit, beside = _fresh(unit), _fresh(beside)
        if unit.parent_id is None or unit.parent_id != beside.parent_id:
            raise ValidationError("只能在同一上级之下调整先后。")
        unit.move_to(beside, "left" if before else "right")
        return _fresh(unit)


def rename_unit(unit, name, *, on, reason, by=None):
    """Give a unit another name from the day `on`; the former one stays findable."""
    with structure_lock():
        unit = _fresh(unit)
        _check_day(on)
        _check_active(unit)
        _check_name(name, unit.parent, unit.kind)
        _end_present(unit.names, on, f"“{unit.name}”的名称")
        UnitName.objects.create(unit=unit, name=name, starts_on=on, reason=reason, entered_by=by)
        Unit.objects.filter(pk=unit.pk).update(name=name, name_confirmed=True)
        record_event("structure", f"{unit.name} 更名为 {name}，自 {on}，依据：{reason}", by=by)
        return _fresh(unit)


def retire_unit(unit, *, on, reason, by=None):
    """Retire a unit after the day `on`, its last. Nothing may still stand below it, be open there, or be held in it."""
    with structure_lock():
        unit = _fresh(unit)
        _check_day(on)
        _check_active(unit)
        _check_nothing_below(unit)
        refuse_while_open(unit, on)
        return _retire(unit, on, reason, by)


def _retire(unit, on, reason, by, said=""):
    """`said` is added to what the audit trail says."""
    with structure_lock():
        if Placement.objects.filter(parent=unit, ends_on__gt=on).exists():
            raise ValidationError(f"{on} 时“{unit.name}”之下还有单位，撤销日期须晚于它们离开的日期。")
        if unit.placements.filter(ends_on=None, starts_on__gt=on).exists():
            raise ValidationError(f"“{unit.name}”的撤销日期早于现归属的起始日期。")
        unit.placements.filter(ends_on=None).update(ends_on=on)
        unit.names.filter(ends_on=None).update(ends_on=on)
        unit.retired_on, unit.retired_reason = on, reason
        unit.save(update_fields=["retired_on", "retired_reason"])
        ServiceLink.objects.filter(Q(unit=unit) | Q(center=unit), ends_on=None, starts_on__lte=on).update(ends_on=on)
        _changed(unit, f"撤销 {unit.name}，最后一天 {on}{said}，依据：{reason}", by)
        return unit


def merge_units(units, into, *, on, reason, by=None):
    """Merge units into another from the day `on`: what stood below them moves there, their names lead there.

    The successor's people reach all that is kept at them; what falls due from `on` becomes the successor's own.
    Refused while somebody still holds a post in one of them. The months before `on` keep the old units.
    """
    with structure_lock():
        into = _fresh(into)
        _check_active(into)
        for unit in map(_fresh, units):
            if unit.pk == into.pk:
                raise ValidationError(f"“{into.name}”不能并入它自己。")
            if (unit.kind, unit.tree_id) != (into.kind, into.tree_id):
                raise ValidationError(f"“{unit.name}”与“{into.name}”类型不同或不在同一街道，不能合并。")
            _check_day(on - timedelta(days=1))
            _check_active(unit)
            refuse_while_held(unit, on - timedelta(days=1))
            for child in unit.get_children().filter(retired_on=None):
                move_unit(child, into, on=on, reason=reason, by=by)
            said = hand_over(unit, into, on)
            said = f"，并入 {into.name}{'，' if said else ''}{said}"
            _retire(_fresh(unit), on - timedelta(days=1), reason, by, said)
            # What went into it earlier goes along, so that every name leads to a unit that stands.
            Unit.objects.filter(Q(pk=unit.pk) | Q(merged_into=unit)).update(merged_into=into)
        return _fresh(into)


def link_service(center, unit, *, on, reason, by=None):
    """Let a centre also serve a community of another centre, from the day `on`."""
    with structure_lock():
        center, unit = _fresh(center), _fresh(unit)
        _check_day(on)
        _check_active(center)
        _check_active(unit)
        if center.kind != Unit.Kind.CENTER or unit.kind not in {Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE}:
            raise ValidationError("服务联系是中心（片区）对社区、村的联系，请检查两个单位。")
        if unit.tree_id != center.tree_id:
            raise ValidationError(f"“{unit.name}”与“{center.name}”不在同一街道。")
        if unit.parent_id == center.pk:
            raise ValidationError(f"“{unit.name}”本来就归“{center.name}”，不用再设服务联系。")
        if ServiceLink.objects.filter(center=center, unit=unit, ends_on=None).exists():
            raise ValidationError(f"“{center.name}”已经联系“{unit.name}”。")
        link = ServiceLink.objects.create(center=center, unit=unit, starts_on=on, reason=reason, entered_by=by)
        record_event("structure", f"{link}，自 {on}，依据：{reason}", by=by)
        return link


def end_service(link, *, on, by=None):
    """End a service link; `on` is its last day."""
    with structure_lock():
        if on < link.starts_on:
            raise ValidationError(f"截止日期 {on} 早于起始日期 {link.starts_on}。")
        ServiceLink.objects.filter(pk=link.pk).update(ends_on=on)
        record_event("structure", f"{link} 到 {on} 止", by=by)
        link.ends_on = on
        return link


def _changed(unit, said, by):
    """Who stands where is another now: recorded, and this month is counted anew."""
    record_event("structure", said, by=by)
    mark_dirty([(unit.pk, timezone.localdate())], is_structural=True)


def _fresh(unit):
    """The unit as the database has it now: mptt's columns in memory go stale with every write by somebody else."""
    return None if unit is None else Unit.objects.select_related("parent").get(pk=unit.pk)


def _check_day(on):
    if on > timezone.localdate():
        raise ValidationError(f"生效日期 {on} 在今天之后；请在生效当日再办理。")


def _check_there(parent, on):
    """On the day that a change takes effect its parent must already have stood where it stands."""
    first = parent and parent.placements.order_by("starts_on").first()
    if first and first.starts_on > on:
        raise ValidationError(f"“{parent.name}”{first.starts_on} 才设立，生效日期不能早于这一天。")


def _check_active(unit):
    if unit.is_retired:
        raise ValidationError(f"“{unit.name}”已于 {unit.retired_on} 撤销。")


def _check_nothing_below(unit):
    below = list(unit.get_children().filter(retired_on=None).values_list("name", flat=True)[:3])
    if below:
        raise ValidationError(f"“{unit.name}”之下还有“{'”“'.join(below)}”等单位，请先调整或撤销它们。")


def _check_name(name, parent, kind):
    if not name.strip():
        raise ValidationError("名称不能为空。")
    if parent is None:
        taken = Unit.objects.filter(parent=None, name=name, retired_on=None)
    elif kind == Unit.Kind.BRANCH:
        taken = Unit.objects.filter(parent=parent, name=name, retired_on=None)
    else:
        taken = Unit.objects.filter(tree_id=parent.tree_id, name=name, retired_on=None)
    if taken.exists():
        raise ValidationError(f"本街道已有名为“{name}”的单位。")


def _check_code(unit):
    if unit.code and Unit.objects.filter(code=unit.code).exists():
        raise ValidationError(f"代码 {unit.code} 已属于“{Unit.objects.get(code=unit.code).name}”。")


def _end_present(rows, on, what):
    """End the present row of a dated history on the eve of `on`, refusing an overlap with what is already recorded."""
    present = rows.get(ends_on=None)
    if present.starts_on and present.starts_on >= on:
        raise ValidationError(f"{what}自 {present.starts_on} 起生效，新的生效日期须晚于这一天。")
    present.ends_on = on - timedelta(days=1)
    present.save(update_fields=["ends_on"])
