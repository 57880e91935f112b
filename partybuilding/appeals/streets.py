from django.core.management.base import CommandError
from django.http import Http404

from districts.duties import Duty
from districts.units.models import Unit


def the_street(code=None):
    """The street with that code; without a code the only one that is not the demo's. Raises CommandError."""
    streets = Unit.objects.active().filter(parent=None)
    if code:
        found = list(streets.filter(code=code))
    else:
        found = list(streets.filter(is_fictional=False)) or list(streets)
    if len(found) != 1:
        known = "、".join(f"{u.code or '（无代码）'} {u.name}" for u in streets.order_by("tree_id"))
        raise CommandError(f"请用 --street 写明街道代码。现有：{known or '还没有街道'}。")
    return found[0]


def street_of_importer(user):
    """The street for which the user imports; 404 for everybody else."""
    return street_where(user, Duty.INTAKE)


def street_where(user, duty):
    """The whole street over which the user has the duty; 404 for everybody else."""
    street = Unit.objects.where_user_may(user, duty).active().filter(parent=None).first()
    if street is None:
        raise Http404
    return street
