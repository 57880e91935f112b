"""Narrowing a list by one of the units that a person may see."""

import django_filters
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from districts.posts.duties import Duty
from districts.units.models import Unit


class _Names(ModelChoiceIterator):
    """The options as (key, name): drawn on every list, so without a model each or a cursor held on the server."""

    def __iter__(self):
        yield "", self.field.empty_label
        yield from self.queryset.values_list("pk", "name")


class _UnitField(ModelChoiceField):
    iterator = _Names


class UnitFilter(django_filters.ModelChoiceFilter):
    """单位: what belongs to a unit in view that still stands, or to one below it; `method` may read "below" otherwise."""

    field_class = _UnitField

    def __init__(self, method=None):
        super().__init__(label="单位", queryset=_viewable, method=method, empty_label="全部")

    def filter(self, rows, unit):
        return rows.filter(unit__in=unit.get_descendants(include_self=True)) if unit else rows


def _viewable(request):
    return Unit.objects.where_user_may(request.user, Duty.VIEW).active().order_by("tree_id", "lft")
