"""Which unit a name in the city's files means: by name, former name, taught alias and common endings; never by a mere beginning."""

import re

from districts.privacy.rules import plain_digits
from districts.units.models import Unit
from partybuilding.appeals.models import UnitAlias

_ENDINGS = re.compile(r"(?:社区居民委员会|村民委员会|社区居委会|居民委员会|居委会|村委会|社区)$")
NAMED = (Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE, Unit.Kind.CENTER, Unit.Kind.DEPARTMENT)


def bare(name):
    """A name without blanks and without the ending that files add or leave out: 玉桥东里社区居委会 as 玉桥东里."""
    name = re.sub(r"\s", "", plain_digits(name))
    return _ENDINGS.sub("", name) or name


def names_of(street):
    """{name as a file may write it: unit id}. A name that would mean two units means none."""
    units = Unit.objects.active().filter(tree_id=street.tree_id, kind__in=NAMED).prefetch_related("names")
    present = _unambiguous((bare(u.name), u.pk) for u in units)
    former = _unambiguous((bare(n.name), u.pk) for u in units for n in u.names.all())
    taught = {bare(a.name): a.unit_id for a in UnitAlias.objects.filter(street=street, unit__retired_on=None)}
    return former | present | taught


def _unambiguous(pairs):
    found = {}
    for name, unit in pairs:
        found.setdefault(name, set()).add(unit)
    return {name: units.pop() for name, units in found.items() if len(units) == 1}
