"""An indicator's own queryset, compiled into the SELECT that counts it for every unit at once."""

from itertools import groupby

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Count, F


def leaf_selects(indicators, period, using):
    """One (sql, params) per source, with rows (unit_id, indicator, part in hundredths, whole); a source's indicators share one scan."""
    ordered = sorted(indicators, key=lambda i: i.source.name)
    selects = [_source_select(list(group), period, using) for _, group in groupby(ordered, lambda i: i.source.name)]
    return [select for select in selects if select]


def _source_select(indicators, period, using):
    source = indicators[0].source
    counts = {}
    for n, indicator in enumerate(indicators):
        counts[f"p{n}"] = indicator.hundredths(period.ends_on)
        counts[f"w{n}"] = Count("pk", filter=indicator.whole)
    rows = source.records(period.starts_on, period.ends_on).order_by().values(k=F(source.unit)).annotate(**counts)
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
