"""What the street does with an appeal inside: dispatch it, ask the centre's help, note what was learnt, keep it from whom it is about."""

from django.core.exceptions import ValidationError
from django.db import transaction

from districts.access import units_where
from districts.duties import Duty
from districts.records.dirty import mark_dirty
from districts.records.origin import empty, origin_of, recuse_from
from districts.trail.recording import record_event
from districts.units.models import Unit
from districts.workflow import Acting, NotYours, act_as, take_step
from partybuilding.appeals.estates.matching import which_estate
from partybuilding.appeals.importing.batches import empty_waiting
from partybuilding.appeals.matching import NAMED, bare, names_of
from partybuilding.appeals.models import Appeal, UnitAlias
from partybuilding.matters.orders.models import OrderAssignment


def dispatchable_units(user, street):
    """The units of a street to which the user may dispatch."""
    rows = Unit.objects.where_user_may(user, Duty.ISSUE) | Unit.objects.where_user_may(user, Duty.INTAKE)
    return rows.active().filter(tree_id=street.tree_id, kind__in=NAMED).order_by("lft")


@transaction.atomic
def assign(appeal, by, *, to_unit, teach=False, estate=None, **acting):
    """分派. The 小区 is the one chosen, else the one that its text names there. With `teach` the name in the city's file means this unit from now on, and all that waits under it goes along.

    Returns how many appeals were dispatched.
    """
    if not dispatchable_units(by, appeal.street).filter(pk=to_unit.pk).exists():
        raise NotYours
    if appeal.is_recused:
        raise ValidationError("这件诉求已回避，留在街道办理，不能分派。")
    is_taught = teach and bool(appeal.place)
    alike = _taught(appeal, by, to_unit) if is_taught else []  # before it leaves: what has a unit teaches nothing
    chosen = [estate] + len(alike) * [None]
    steps = [_assign_one(a, by, to_unit, one, acting) for a, one in zip((appeal, *alike), chosen, strict=True)]
    if is_taught:
        under = Acting(steps[0].appointment, steps[0].for_whom, steps[0].basis)
        said = f"12345 单位别名：“{bare(appeal.place)}”即 {to_unit.name}"
        record_event("setting", said, by=by, acting=under)
    return len(steps)


def _assign_one(appeal, by, to_unit, estate, acting):
    step = take_step(appeal, "assign", by, to_unit=to_unit, **acting)
    mark_dirty((unit, appeal.called_on) for unit in (appeal.unit_id, to_unit.pk))
    appeal.unit, appeal.placed_by = to_unit, Appeal.PlacedBy.HAND
    appeal.estate_id = estate.pk if estate else which_estate(list(to_unit.estates.select_related("unit")), vars(appeal))
    appeal.save(update_fields=["unit", "placed_by", "estate"])
    return step


def _taught(appeal, by, to_unit):
    """Remember the alias, unless the name means a unit already; the other waiting appeals of that name."""
    name = bare(appeal.place)
    if appeal.state != Appeal.State.WAITING or name in names_of(appeal.street):
        raise ValidationError(f"“{appeal.place}”已经是一个单位的名称，不用再教。请去掉这个勾选，只分派这一件。")
    UnitAlias.objects.update_or_create(street=appeal.street, name=name, defaults={"unit": to_unit, "taught_by": by})
    mine = Appeal.objects.where_user_may_any(by, Appeal.STEPS["assign"].duties)
    waiting = mine.filter(street=appeal.street).waiting()
    return [other for other in waiting.exclude(pk=appeal.pk).exclude(place="") if bare(other.place) == name]


def ask_center(appeal, by, *, note, **acting):
    """请片区协调: the community's call for its centre."""
    return take_step(appeal, "ask_center", by, note=note, **acting)


def write_note(appeal, by, *, note, **acting):
    return take_step(appeal, "write_note", by, note=note, **acting)


@transaction.atomic
def recuse(appeal, by, person, *, under=None, basis=""):
    """回避: the appeal is about that person; it comes back to the street, and they never meet it."""
    if not Appeal.objects.where_user_may(by, Duty.ISSUE).filter(pk=appeal.pk, street__in=streets_of(by)).exists():
        raise NotYours
    acting = act_as(by, Duty.ISSUE, appeal.street, "办理回避", under=under, basis=basis, about=[appeal])
    if person in {by, acting.principal}:
        raise ValidationError("反映的是本人或所代的人，请由另一位同事办理回避。")
    keep_at_street(appeal, recuse_from(origin_of(appeal), person, by))
    record_event("operation", f"工单 {appeal.number} 回避", by=by, acting=acting)


def mark_made_from(origins):
    """The shares of what was made from them are counted anew."""
    mark_dirty(OrderAssignment.objects.filter(order__came_from__in=origins).values_list("unit", "due_on"))


def keep_at_street(appeal, origins):
    """What is kept from somebody stays with the street and counts nowhere, nor does what was made from it."""
    mark_dirty((unit, appeal.called_on) for unit in (appeal.unit_id, appeal.street_id))
    mark_made_from(origins)
    appeal.is_recused, appeal.unit, appeal.state = True, appeal.street, Appeal.State.WAITING
    appeal.placed_by = Appeal.PlacedBy.HAND
    appeal.save(update_fields=["is_recused", "unit", "state", "placed_by"])


@transaction.atomic
def seal(appeal, by):
    """只留编号: of an extreme or threatening case nothing is kept that was said, here or in what was made from it.

    Later files do not bring it back. Only by a post of one's own: what cannot be taken back is not lent.
    """
    if not may_seal(by, appeal):
        raise NotYours
    acting = act_as(by, Duty.ISSUE, appeal.street, "只留编号")
    empty(Appeal.objects.filter(pk=appeal.pk))
    empty_waiting(appeal.street, appeal.number)
    record_event("operation", f"工单 {appeal.number} 只留编号", by=by, acting=acting)


def streets_of(user):
    return Unit.objects.where_user_may(user, Duty.ISSUE).filter(parent=None).values("pk")


def may_recuse(user, appeal):
    return Unit.objects.where_user_may(user, Duty.ISSUE).filter(pk=appeal.street_id).exists()


def may_seal(user, appeal):
    own = Unit.objects.filter(pk__in=units_where(user, Duty.ISSUE, own=True), parent=None).values("pk")
    return Appeal.objects.where_user_may(user, Duty.ISSUE).filter(pk=appeal.pk, street__in=own).exists()
