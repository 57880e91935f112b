"""小区 in two communities and another street, and the bodies that serve them or serve nothing yet."""

from districts.estates.models import Estate
from partners.organisations.models import Organisation, Serving
from partybuilding.appeals.models import Appeal
from tests.access import expected as e
from tests.access.marks import Rows, mark
from tests.access.rules import alone, any_of, assessor, each, importer, known, may, over
from tests.cast import LONG_AGO, STREET

keeps_any = any_of(assessor, importer)
keeps_estate = any_of(may("assess", "unit"), may("intake", "unit"))
keeps = any_of(may("assess", "street"), may("intake", "street"))
ends = any_of(may("assess", "estate.unit"), may("intake", "estate.unit"))
# name of an organisation: (its street, the community whose estate it serves, in whose name it goes on)
BODIES = {
    "东物业": (STREET, "东一社区", None),
    "西物业": (STREET, "西一社区", None),
    "旧物业": (STREET, "西一社区", "西物业"),
    "空单位": (STREET, None, None),
    "外物业": (e.OTHER, "外社区", None),
}


def places_of(organisation):
    return [organisation.street.name, *(serving.estate.unit.name for serving in organisation.servings.all())]


def has_duty(login, duty, organisation, world):
    """Over the street, or over a place that it serves."""
    return duty != "confirm" and any(e.reaches(login, duty, place) for place in places_of(organisation))


def sees_organisation(login, organisation, world):
    return has_duty(login, "view", organisation, world)


MARKS = {
    "estates": Rows(Estate, "I", may("view", "unit"), ("unit",)),
    "bodies": Rows(Organisation, "H", sees_organisation, ("street",), why="organisation"),
    "servings": Rows(Serving, related=("estate__unit",)),
}
GATE = {Estate: over("unit"), Organisation: has_duty, Serving: over("estate.unit")}
URLS = {
    "estates": (alone, {"GET": known, "POST": keeps_any}),
    "estate": (each("estates"), {"GET": may("view", "unit"), "POST": keeps_estate}),
    "outside_organisations": (alone, {"GET": known, "POST": keeps_any}),
    "outside_organisation": (
        each("bodies"),
        {"GET": sees_organisation, "POST": keeps},
    ),
    "serve_estate": (
        each("bodies"),
        {"GET": sees_organisation, "POST": keeps},
    ),
    "serving_end": (each("servings"), {"GET": may("view", "estate.unit"), "POST": ends}),
}
AFTER = ("appeals",)


def seed(world):
    units, bodies = world.street.units, {}
    for name, (street, community, heir) in BODIES.items():
        given = {"kind": "property", "phone": "010-81230000", "merged_into": bodies.get(heir)}
        body = bodies[name] = Organisation.objects.create(street=units[street], name=name, **given)
        Organisation.objects.filter(pk=body.pk).update(name=f"{name}{mark(body)}")
        if community:
            _serve(units[community], body, world.street.people["office"])


def _serve(unit, body, by):
    estate = Estate.objects.create(unit=unit, name=f"{unit.name}里", former_names="旧院")
    Estate.objects.filter(pk=estate.pk).update(name=f"里{mark(estate)}", former_names=f"院{mark(estate)}")
    Serving.objects.create(organisation=body, estate=estate, role="property", starts_on=LONG_AGO, entered_by=by)
    Appeal.objects.filter(unit=unit, number__in=["BJ000", "BJ002", "BJ009"]).update(estate=estate)
