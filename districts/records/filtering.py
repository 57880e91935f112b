"""Lists of fifty a page, narrowed by words at hand and by fields that are fetched when somebody opens them."""

import django_filters
from django.shortcuts import redirect, render
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from districts.duties import Duty
from districts.records.paging import PagedList
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


class PortalFilter(django_filters.FilterSet):
    """What it cannot read narrows to nothing, and is named: a wrong word in an address never shows everything."""

    @property
    def is_refused(self):
        return self.is_bound and not self.form.is_valid()

    @property
    def qs(self):
        return self.queryset.none() if self.is_refused else super().qs


class FilteredList(PagedList):
    """A list behind a filter: whole, its rows alone for htmx, or with `fields` in the query the filter's fields alone."""

    rows_template = None

    def filtered(self):
        """The FilterSet of this request, over what its user may see."""
        raise NotImplementedError

    def get(self, request, *args, **kwargs):
        self.filter = self.filtered()
        if "fields" in request.GET:
            return render(request, "components/filter_fields.html", {"form": self.filter.form})
        return super().get(request, *args, **kwargs)

    def get_template_names(self):
        return [self.rows_template if self.request.htmx else self.template_name]

    def get_queryset(self):
        return self.filter.qs

    def get_context_data(self, **kwargs):
        return super().get_context_data(filter=self.filter, **kwargs)


def to_list(request, address):
    """Where an export cannot read its filter: the list, which says what is wrong with it."""
    return redirect(f"{address}?{request.GET.urlencode()}")
