"""Which unit a name in the city's files means: by name, former name, taught alias and common endings; never by a mere beginning."""

import re
from functools import lru_cache

from districts.privacy.rules import plain_digits
from districts.units.models import Unit
from partybuilding.appeals.models import UnitAlias

_ENDINGS = re.compile(r"(?:社区居民委员会|村民委员会|社区居委会|居民委员会|居委会|村委会|社区)$")

_AROUND = re.compile(r"[【\[〔「《(]([^】\]〕」》)]+)[】\]〕」》)]")

_STREET = re.compile(r".+?(?:街道|镇|乡)")

_REGION = r"(?:[^区县市]{1,4}市)?(?:[^区县市]{1,4}[区县])?"

NAMED = (Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE, Unit.Kind.CENTER, Unit.Kind.DEPARTMENT)


def bare(name):
    """A name without blanks and without the ending that files add or leave out: 玉桥东里社区居委会 as 玉桥东里."""
    name = re.sub(r"\s", "", plain_digits(name))
    if found := _AROUND.fullmatch(name):
        name = found[1]
    return _ENDINGS.sub("", name) or name


def short_street(name):
    """玉桥街道 of 玉桥街道党建工作协调委员会."""
    found = _STREET.match(name)
    return found[0] if found else name


@lru_cache(1000)
def means_street(town, street_name):
    """Whether a town is the street: 玉桥街道, 通州区玉桥街道办事处, 玉桥; never the mere beginning of its name."""
    town = re.sub(r"\s", "", plain_digits(town))
    street = short_street(street_name)
    known = {street_name, street, re.sub(r"(?:街道|镇|乡)$", "", street)}
    return bool(known & {said.removesuffix("办事处") for said in (town, re.sub(f"^{_REGION}(?=.)", "", town))})


def unit_named(name, names, street_name):
    """Of `names_of` a street the unit that a name means, with or without the street before it; None for no unit."""
    name = bare(name)
    return names.get(name) or names.get(_within(name, street_name))


@lru_cache(1000)
def _within(name, street_name):
    """玉桥东里 of 通州区玉桥街道-玉桥东里; nothing of a name that does not begin with the street."""
    found = re.fullmatch(f"{_REGION}{re.escape(short_street(street_name))}(?:办事处)?[-—/·>]*(.+)", name)
    return bare(found[1]) if found else ""


def names_of(street):
    """{name as a file may write it: unit id}. A name that would mean two units means none."""
    units = Unit.objects.active().filter(tree_id=street.tree_id, kind__in=NAMED).prefetch_related("names")
    present = _unambiguous((bare(u.name), u.pk) for u in units)
    former = _unambiguous((bare(n.name), u.pk) for u in units for n in u.names.all())
    taught = {bare(a.name): a.unit_id for a in UnitAlias.objects.filter(street=street, unit__retired_on=None)}
    return former | present | taught


def merged_names_of(street):
    """{name of a unit that was merged: (its id, its last day, its successor's id)}."""
    units = Unit.objects.filter(tree_id=street.tree_id, kind__in=NAMED, merged_into__retired_on=None)
    units = units.exclude(merged_into=None).prefetch_related("names")
    return _unambiguous((bare(n.name), (u.pk, u.retired_on, u.merged_into_id)) for u in units for n in u.names.all())


def _unambiguous(pairs):
    found = {}
    for name, unit in pairs:
        found.setdefault(name, set()).add(unit)
    return {name: units.pop() for name, units in found.items() if len(units) == 1}
