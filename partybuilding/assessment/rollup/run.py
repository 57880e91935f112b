"""One month for every unit of every street: leaf, node, score. Idempotent, killable anywhere, one transaction."""

from dataclasses import dataclass

from django.db import connection, connections, transaction
from django.utils import timezone

from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import Leaf, Node, Period, ScoreSheet, TreeRow
from partybuilding.assessment.periods import get_period
from partybuilding.assessment.rollup import statements
from partybuilding.assessment.rollup.compile import leaf_selects
from partybuilding.assessment.rollup.write import replace_rows

ROLLUP_LOCK = 1_024_110_113


@dataclass(frozen=True)
class Outcome:
    """What a rollup did: the period, rows written, and records whose unit was not in that day's tree."""

    period: Period
    written: int
    strays: int


def rollup_job(report, month):
    """The job's door."""
    report(10, "读取组织架构与记录")
    roll_up(month)


@transaction.atomic
def roll_up(month, indicators=None):
    """Recompute a month, written 2026-10, from its records, its tree and its scheme. Returns an Outcome."""
    period = get_period(month)
    _lock(period)
    version, using = period.version, connection.alias
    codes = set(version.items.values_list("indicator", flat=True))
    chosen = indicators or [i for code, i in INDICATORS.items() if code in codes]
    day = period.ends_on
    written = _write(TreeRow, period, ["ancestor_id", "descendant_id"], ["depth"], statements.TREE, [day, day])
    written += _write_leaves(period, chosen, using)
    written += _write(Node, period, ["unit_id", "indicator"], ["part", "whole"], statements.NODE, [period.pk])
    written += _write(
        ScoreSheet,
        period,
        ["unit_id"],
        [connections[using].ops.quote_name("group"), "street_id", "score", "sample", "rank"],
        statements.SCORE,
        [version.pk, period.pk, version.min_sample],
    )
    period.rolled_up_at = timezone.now()
    period.save(update_fields=["rolled_up_at"])
    return Outcome(period, written, _strays(period))


def _write(model, period, keys, values, select, params):
    return replace_rows(connection.alias, model, period, keys, values, select, params)


def _write_leaves(period, indicators, using):
    selects = leaf_selects(indicators, period, using)
    if not selects:
        return Leaf.objects.filter(period=period).delete()[0]
    sql = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part_{n}" for n, (sql, _) in enumerate(selects))
    params = [value for _, values in selects for value in values]
    return _write(Leaf, period, ["unit_id", "indicator"], ["part", "whole"], sql, params)


def _strays(period):
    inside = TreeRow.objects.filter(period=period, depth=0).values("descendant")
    return Leaf.objects.filter(period=period).exclude(unit__in=inside).count()


def _lock(period):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ROLLUP_LOCK, period.pk])
