"""What an order may be: of which kind, by whom, and who leads it or may claim it."""

from django.core.exceptions import ValidationError

from partybuilding.matters.orders.models import Order


def check_order(kind, unit, lead_unit):
    """A 玉字令 goes from the street to a centre, nowhere else."""
    if kind == Order.Kind.DECREE and unit.kind != "committee":
        raise ValidationError({"kind": "玉字令只能由街道签发；本单位请用“交办事项”。"})
    if lead_unit is None:
        raise ValidationError({"lead_unit": "请选择牵头单位；要征集牵头单位，请勾选“公开揭榜”。"})
    if kind == Order.Kind.DECREE and lead_unit.kind != "center":
        raise ValidationError({"lead_unit": "玉字令由中心（片区）牵头，请把牵头单位改为中心。"})


def check_open_call(kind, unit, lead_unit, units):
    """An open call names who may claim it, and nobody as its lead."""
    if kind == Order.Kind.DECREE and unit.kind != "committee":
        raise ValidationError({"kind": "玉字令只能由街道签发；本单位请用“交办事项”。"})
    if lead_unit is not None:
        raise ValidationError({"lead_unit": "公开揭榜先不定牵头单位：请清空牵头单位，在协办单位处勾选可以揭榜的单位。"})
    if len(units) < 2:
        raise ValidationError({"co_units": "请勾选两家以上可以揭榜的单位。"})
    if kind == Order.Kind.DECREE and any(u.kind != "center" for u in units):
        raise ValidationError({"co_units": "玉字令由中心（片区）揭榜，请只勾选中心。"})
