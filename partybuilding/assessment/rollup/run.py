"""One month for every unit of every street that has not published it: leaf, node, score.

Idempotent, killable anywhere, one transaction. What a street has published or settled is left as it is. Between whole runs
only the units with dirty keys are counted anew: `catch_up`.
"""

from dataclasses import dataclass

from django.db import connection, connections, transaction
from django.db.models import DateField
from django.utils import timezone

from districts.records.dirty import DirtyKey
from districts.units.models import Unit
from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import Node, Period, Region, ScoreSheet, Settlement, TreeRow
from partybuilding.assessment.periods.months import get_period, settlements_of
from partybuilding.assessment.periods.regions import REST, region_of, streets_by_region
from partybuilding.assessment.rollup import statements
from partybuilding.assessment.rollup.compile import leaf_select
from partybuilding.assessment.rollup.write import replace_rows, stage, without_rows

ROLLUP_LOCK = 1_024_110_113
MOST_REGIONS = 1000
FEW_STREETS = 10  # up to so many, units are looked up one by one
MOST_LATE = 5000  # dirty keys; beyond, a whole run is cheaper


@dataclass(frozen=True)
class Outcome:
    """What a rollup did: the period, rows written, and units with records that were not in that day's tree."""

    period: Period
    written: int
    strays: int


def rollup_job(report, month, region=None, street=None):
    """The job's door: all streets, those of a region, or one."""
    report(5, "读取组织架构")
    roll_up(month, region, street, report=report)


@transaction.atomic
def roll_up(month, region=None, street=None, indicators=None, report=None):
    """Recompute a month, written 2026-10, of every street where it is still open. Returns an Outcome.

    A region's id narrows it to its streets, a street's to itself. `report(percent, words)` is told how far it is.
    """
    period = get_period(month)
    if street is not None:
        region = region_of(street)
    lock(period, region)
    every = settlements_of(period)
    placed = {} if region is None else streets_by_region()
    still_open = [
        s
        for s in every
        if s.state == Settlement.State.OPEN
        and region in (None, placed.get(s.street_id, REST))
        and street in (None, s.street_id)
    ]
    if not still_open:
        return Outcome(period, 0, 0)
    run = Run(period, still_open, is_all=len(still_open) == len(every), indicators=indicators, report=report)
    return run.whole()


@transaction.atomic
def catch_up(month):
    """Count anew only what changed since the last run of a month. Returns an Outcome; a month without a run gets a whole one."""
    period = get_period(month)
    lock(period)
    still_open = [s for s in settlements_of(period) if s.state == Settlement.State.OPEN]
    if any(s.rolled_up_at is None for s in still_open):
        return roll_up(month)
    late = late_units(period, still_open)
    keys = late.values_list("unit__tree_id", "is_structural").order_by("is_structural").distinct()
    trees = dict(keys)  # of a street with both kinds the structural one stays
    written = 0
    for work, is_moved in ((Run.whole, True), (Run.late, False)):
        these = [s for s in still_open if trees.get(s.street.tree_id) is is_moved]
        written += work(Run(period, these)).written if these else 0
    return Outcome(period, written, 0)


def late_units(period, settlements):
    """The dirty keys of a period in the streets of these settlements.

    No join: a table that is mostly empty is planned as such, and deleting its rows through a join compares each with each.
    """
    units = Unit.objects.filter(tree_id__in=[s.street.tree_id for s in settlements]).values("pk")
    return DirtyKey.objects.between(period.starts_on, period.ends_on).filter(unit__in=units)


@transaction.atomic
def roll_up_street(settlement):
    """Recompute one street that is being checked. Returns an Outcome."""
    lock(settlement.period, region_of(settlement.street_id))
    return Run(settlement.period, [settlement]).whole()


def lock(period, region=None):
    """One run of a period and region at a time, or of all regions; SQLite has one writer anyhow. Compiling such statements costs more than it saves."""
    if connection.vendor == "postgresql":
        those = f"SELECT {REST} AS id UNION SELECT id FROM {Region._meta.db_table} ORDER BY id"
        keys = f"SELECT id FROM ({those}) every" if region is None else f"SELECT {int(region)} AS id"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT pg_advisory_xact_lock({ROLLUP_LOCK}, {period.pk * MOST_REGIONS} + CAST(id AS int)),"
                f" set_config('jit', 'off', true) FROM ({keys}) locked"
            )


class Run:
    """One run over some settlements of a period; over all of them no statement is narrowed."""

    def __init__(self, period, settlements, *, is_all=False, indicators=None, report=None):
        self.report = report or (lambda percent, words: None)
        self.period, self.settlements, self.using = period, settlements, connection.alias
        self.new = without_rows(self.using, [TreeRow, Node, ScoreSheet], period)
        self.trees = None if is_all else [s.street.tree_id for s in settlements]
        self.indicators = indicators or list(INDICATORS.values())  # all: another scheme is tried on the same counts

    def whole(self):
        written = self.tree()
        self.report(20, f"数记录，{len(self.settlements)} 个街道")
        written += self.counts()
        self.report(85, "计分、排名")
        written += self.scores()
        self._say_when()
        return Outcome(self.period, written, self._say_strays())

    def late(self):
        """Leaf of the units with dirty keys; of them and all above them node and score; the ranks of their streets.

        The units are written out in the statements, so that a database looks up each of them and reads no whole period.
        """
        keys = dict(late_units(self.period, self.settlements).values_list("pk", "unit_id"))
        if len(keys) > MOST_LATE:
            return self.whole()
        DirtyKey.objects.filter(pk__in=keys).delete()
        anew = _listed(set(keys.values()))
        tree = TreeRow.objects.filter(period=self.period, descendant__in=set(keys.values()))
        above = _listed(tree.values_list("ancestor", flat=True).distinct())
        stage(self.using, "stage_leaf", *leaf_select(self.indicators, self.period, self.using, units=anew))
        written = 0
        if above:
            select = statements.LATE_NODE.format(anew=anew, above=above)
            written += self._write_nodes(select, [self.period.pk] * 3, above) + self.scores(above)
        self._say_when()
        return Outcome(self.period, written, 0)

    def _say_when(self):
        Settlement.objects.filter(pk__in=[s.pk for s in self.settlements]).update(rolled_up_at=timezone.now())

    def tree(self):
        """The tree as it stood on the last day; what was closed during the period under its last place."""
        select = statements.TREE.format(scope=_among("unit_id", self._units()))
        day = self.period.ends_on
        within = ("descendant_id", self._units())
        params = [day, day, self.period.starts_on, day, day]
        return self._write(TreeRow, ["ancestor_id", "descendant_id"], ["depth"], select, params, within)

    def counts(self):
        """Leaf and node of every unit."""
        late_units(self.period, self.settlements).delete()  # first: what is marked from here on is for the next run
        leaf = leaf_select(self.indicators, self.period, self.using, units=self._units())
        stage(self.using, "stage_leaf", *leaf)
        self._join_whole_tables()
        return self._nodes(self._units())

    def _join_whole_tables(self):
        """PostgreSQL knows nothing yet of rows just written, and would look them up one by one by the ten thousand."""
        if connections[self.using].vendor == "postgresql" and len(self.settlements) > FEW_STREETS:
            with connections[self.using].cursor() as cursor:
                cursor.execute("SET LOCAL enable_nestloop = off")

    def _nodes(self, units):
        """The staged leaf, spread to all units or to some."""
        select = statements.NODE.format(scope=_among("t.ancestor_id", units))
        return self._write_nodes(select, [self.period.pk], units)

    def _write_nodes(self, select, params, units):
        values = ["own_part", "own_whole", "part", "whole"]
        return self._write(Node, ["unit_id", "indicator"], values, select, params, ("unit_id", units))

    def scores(self, units=None):
        """Of all units, or of some, which are ranked anew with the stored sheets of the others of their streets."""
        group = connections[self.using].ops.quote_name("group")
        sums = ["score", "weight", "bonus", "is_eligible", "sample", "tie", "rank"]
        values = [group, "peer", "settlement_id", "street_id", *sums]
        day = DateField().get_db_prep_value(self.period.ends_on, connections[self.using])
        params = [self.period.pk, day, day, day, self.period.pk, self.period.pk]
        ids = _listed(s.pk for s in self.settlements)
        scope, others = f"AND s.id IN ({ids})" if self.trees else "", ""
        if units:
            scope += f" AND top.descendant_id IN ({units})"
            others = statements.STORED_SHEETS.format(ids=ids, anew=units)
            params.append(self.period.pk)
        select = statements.SCORE.format(scope=scope, others=others)
        return self._write(
            ScoreSheet, ["unit_id"], values, select, params, ("settlement_id", ids if self.trees else None)
        )

    def _say_strays(self):
        """How many units have records and did not stand in the period at all; kept for each street, so that its office is told."""
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                f"SELECT u.tree_id, COUNT(DISTINCT l.unit_id) FROM stage_leaf l"
                f" JOIN {statements.TABLES['unit']} u ON u.id = l.unit_id"
                f" LEFT JOIN {TreeRow._meta.db_table} t ON t.period_id = %s AND t.descendant_id = l.unit_id AND t.depth = 0"
                " WHERE t.depth IS NULL GROUP BY u.tree_id",
                [self.period.pk],
            )
            found = dict(cursor.fetchall())
        for settlement in self.settlements:
            if settlement.strays != found.get(settlement.street.tree_id, 0):
                settlement.strays = found.get(settlement.street.tree_id, 0)
                settlement.save(update_fields=["strays"])
        return sum(found.values())

    def _write(self, model, keys, values, select, params, within):
        rows = {"within": within, "is_new": model in self.new}
        return replace_rows(self.using, model, self.period, keys, values, select, params, **rows)

    def _units(self):
        """The SELECT of the units of this run; None for all."""
        if self.trees is None:
            return None
        return f"SELECT id FROM {statements.TABLES['unit']} WHERE tree_id IN ({_listed(self.trees)})"


def _among(column, units):
    """A condition on a unit's column: one of a list or of a SELECT; none for None."""
    return f"AND {column} IN ({units})" if units else ""


def _listed(ids):
    return ", ".join(str(i) for i in sorted(ids))
