"""Invented 小区 of the fictional street, and the invented bodies that serve them."""

from datetime import date

from districts.estates.models import Estate
from partners.organisations.actions import serve
from partners.organisations.models import Organisation

SINCE = date(2024, 1, 1)
HALVES = ("南院", "北院")
BODIES = [
    ("棠安物业（演示）", "property", "81230001", "property"),
    ("棠宁物业（演示）", "property", "81230002", "property"),
    ("海棠供热（演示）", "utility", "81230003", "heating"),
]


def build_estates(units, root, keeper):
    """Two in each community; one of two property managers each, and the one heating company for all."""
    first, second, heating = (
        Organisation.objects.create(street=root, name=name, kind=kind, phone=phone) for name, kind, phone, _ in BODIES
    )
    places = [unit for unit in units.values() if unit.kind == "community"]
    for n, unit in enumerate(places):
        for half in HALVES:
            estate = Estate.objects.create(unit=unit, name=f"{unit.name.removesuffix('社区')}{half}", former_names=half)
            manager = (first, second)[n % 2]
            for body, role in ((manager, "property"), (heating, "heating")):
                serve(body, keeper, estate=estate, role=role, starts_on=SINCE, reason="演示数据")
