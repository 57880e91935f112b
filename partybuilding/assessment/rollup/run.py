"""One month for every unit of every street that has not published it: leaf, node, score.

Idempotent, killable anywhere, one transaction. What a street has published or settled is left as it is.
"""

from dataclasses import dataclass

from django.db import connection, connections, transaction
from django.db.models import DateField
from django.utils import timezone

from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import Node, Period, SchemeItem, ScoreSheet, Settlement, TreeRow
from partybuilding.assessment.periods import get_period, settlements_of
from partybuilding.assessment.rollup import statements
from partybuilding.assessment.rollup.compile import leaf_select
from partybuilding.assessment.rollup.write import replace_rows, stage

ROLLUP_LOCK = 1_024_110_113


@dataclass(frozen=True)
class Outcome:
    """What a rollup did: the period, rows written, and units with records that were not in that day's tree."""

    period: Period
    written: int
    strays: int


def rollup_job(report, month):
    """The job's door."""
    report(10, "读取组织架构与记录")
    roll_up(month)


@transaction.atomic
def roll_up(month, indicators=None):
    """Recompute a month, written 2026-10, of every street where it is still open. Returns an Outcome."""
    period = get_period(month)
    lock(period)
    every = settlements_of(period)
    still_open = [s for s in every if s.state == Settlement.State.OPEN]
    if not still_open:
        return Outcome(period, 0, 0)
    return Run(period, still_open, is_all=len(still_open) == len(every), indicators=indicators).whole()


@transaction.atomic
def roll_up_street(settlement):
    """Recompute one street that is being checked. Returns an Outcome."""
    lock(settlement.period)
    return Run(settlement.period, [settlement]).whole()


def lock(period):
    """One run of a period at a time; SQLite has one writer anyhow. Compiling such statements costs more than it saves."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s), set_config('jit', 'off', true)", [ROLLUP_LOCK, period.pk]
            )


class Run:
    """One run over some settlements of a period; over all of them no statement is narrowed."""

    def __init__(self, period, settlements, *, is_all=False, indicators=None):
        self.period, self.settlements, self.using = period, settlements, connection.alias
        self.trees = None if is_all else [s.street.tree_id for s in settlements]
        codes = SchemeItem.objects.filter(version__in={s.version_id for s in settlements})
        codes = set(codes.values_list("indicator", flat=True))
        self.indicators = indicators or [i for code, i in INDICATORS.items() if code in codes]

    def whole(self):
        written = self.tree() + self.counts() + self.scores()
        Settlement.objects.filter(pk__in=[s.pk for s in self.settlements]).update(rolled_up_at=timezone.now())
        return Outcome(self.period, written, self.strays())

    def tree(self):
        """The tree as it stood on the last day."""
        select = statements.TREE.format(scope=self._of_these("unit_id"))
        day = self.period.ends_on
        return self._write(TreeRow, ["ancestor_id", "descendant_id"], ["depth"], select, [day, day], "descendant_id")

    def counts(self):
        """Leaf and node."""
        stage(self.using, "stage_leaf", *leaf_select(self.indicators, self.period, self.using, self.trees))
        values = ["own_part", "own_whole", "part", "whole"]
        return self._write(Node, ["unit_id", "indicator"], values, statements.NODE, [self.period.pk], "unit_id")

    def scores(self):
        group = connections[self.using].ops.quote_name("group")
        values = [
            group,
            "peer",
            "settlement_id",
            "street_id",
            "score",
            "weight",
            "bonus",
            "is_eligible",
            "sample",
            "rank",
        ]
        day = DateField().get_db_prep_value(self.period.ends_on, connections[self.using])
        params = [self.period.pk, day, day, self.period.pk]
        ids = ", ".join(str(s.pk) for s in self.settlements)
        select = statements.SCORE.format(scope=f"AND s.id IN ({ids})" if self.trees else "")
        return self._write(ScoreSheet, ["unit_id"], values, select, params, "unit_id")

    def strays(self):
        """How many units have records and were not in the period's tree."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                f"SELECT COUNT(DISTINCT unit_id) FROM stage_leaf WHERE unit_id NOT IN"
                f" (SELECT descendant_id FROM {TreeRow._meta.db_table} WHERE period_id = %s)",
                [self.period.pk],
            )
            return cursor.fetchone()[0]

    def _write(self, model, keys, values, select, params, place):
        within = self._of_these(place)
        return replace_rows(self.using, model, self.period, keys, values, select, params, within)

    def _of_these(self, column):
        """A condition on a unit's column: in one of the streets of this run."""
        if self.trees is None:
            return ""
        trees = ", ".join(str(tree) for tree in self.trees)
        return f"AND {column} IN (SELECT id FROM {statements.TABLES['unit']} WHERE tree_id IN ({trees}))"
