"""An indicator's own queryset, compiled into the SELECT that counts it for every unit at once."""

from itertools import groupby

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F
from django.db.models.expressions import RawSQL

NOTHING = "SELECT 0 AS unit_id, '' AS indicator, 0 AS part, 0 AS whole WHERE 1 = 0"


def leaf_select(indicators, period, using, units=None):
    """(sql, params) of rows (unit_id, indicator, part in hundredths, whole); a source's indicators share one scan.

    `units` narrows it: a SELECT of unit ids or a list of them as SQL.
    """
    ordered = sorted(indicators, key=lambda i: i.source.name)
    found = [
        _source_select(list(group), period, using, units) for _, group in groupby(ordered, lambda i: i.source.name)
    ]
    selects = [select for select in found if select]
    if not selects:
        return NOTHING, []
    sql = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part_{n}" for n, (sql, _) in enumerate(selects))
    return sql, [value for _, params in selects for value in params]


def _source_select(indicators, period, using, units):
    source = indicators[0].source
    counts = {}
    for n, indicator in enumerate(indicators):
        counts[f"p{n}"] = indicator.hundredths(period.ends_on)
        counts[f"w{n}"] = indicator.count()
    rows = source.records(period.starts_on, period.ends_on).order_by()
    if units is not None:
        rows = rows.filter(**{f"{source.unit}_id__in": RawSQL(units, [])})  # noqa: S611 - SQL of our own
    rows = rows.values(k=F(source.unit)).annotate(**counts)
    try:
        # The compiler of *this* connection: Query.sql_with_params() would compile for the default one.
        sql, params = rows.query.get_compiler(using).as_sql()
    except EmptyResultSet:
        return None
    names = [connections[using].ops.quote_name(name) for name in ("k", *counts)]
    return _long(sql, names, indicators), [*params, *[i.code for i in indicators]]


def _long(sql, names, indicators):
    k, pairs = names[0], zip(names[1::2], names[2::2], strict=True)
    legs = [
        f"SELECT {k} AS unit_id, CAST(%s AS varchar(40)) AS indicator, {p} AS part, {w} AS whole FROM s WHERE {w} > 0"
        for (p, w), _ in zip(pairs, indicators, strict=True)
    ]
    return f"WITH s AS ({sql}) {' UNION ALL '.join(legs)}"
