from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from districts.access import street_of, units_where


def in_force(on, prefix=""):
    """Rows of a dated model that were in force on a day; `prefix` is a path to it, ending in two underscores."""
    starts, ends = f"{prefix}starts_on", f"{prefix}ends_on"
    return (Q(**{starts: None}) | Q(**{f"{starts}__lte": on})) & (Q(**{ends: None}) | Q(**{f"{ends}__gte": on}))


class PlacementQuerySet(models.QuerySet):
    def as_of(self, on):
        return self.filter(in_force(on))


class UnitQuerySet(TreeQuerySet):
    def where_user_may(self, user, duty):
        """The units over which the user has the duty today."""
        return self.filter(pk__in=units_where(user, duty))

    def in_street_of(self, user):
        """The units of every street where the user holds a post today: these, and who holds posts there, are no secret."""
        return self.filter(tree_id__in=street_of(user))

    def active(self):
        return self.filter(retired_on=None)

    def as_of(self, on):
        """The units that existed on a day, with `parent_then` (id) and `name_then` of that day."""
        then = apps.get_model("districts", "Placement").objects.as_of(on).filter(unit=OuterRef("pk"))
        names = apps.get_model("districts", "UnitName").objects.filter(in_force(on), unit=OuterRef("pk"))
        return (
            self.filter(in_force(on, "placements__"))
            .annotate(parent_then=Subquery(then.values("parent")[:1]), name_then=Subquery(names.values("name")[:1]))
            .distinct()
        )


class UnitManager(TreeManager.from_queryset(UnitQuerySet)):
    pass
