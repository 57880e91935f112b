"""G1 to G5: the rollup of one month against the same work written by hand, against bare aggregates and against the ORM's usual way.

The hand-written run has its own leaf and shares the statements of tree, node, score and writing: what it measures is what
the compiled indicators cost.
"""

import math
from collections import Counter, defaultdict
from datetime import date
from itertools import groupby
from random import Random

from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from districts.records.dirty import mark_dirty
from districts.units.models import Unit
from partybuilding.appeals.indicators import APPEALS
from partybuilding.appeals.models import Appeal
from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import Node, Period, ScoreSheet, Settlement, TreeRow
from partybuilding.assessment.periods.months import settlements_of
from partybuilding.assessment.rollup.run import Run, catch_up, roll_up
from partybuilding.assessment.rollup.write import stage
from partybuilding.matters.orders.models import ON_TIME, OrderAssignment, due_records
from tests.bench.measuring import cost, ratios, timed
from yuqiao_portal.demo.city import build_city

MONTH, FIRST, LAST = "2026-10", date(2026, 10, 1), date(2026, 10, 31)
MONTHS = [date(2026, 8, 1), date(2026, 9, 1), FIRST]

ORDERS = """
SELECT a.unit_id AS unit_id, 'orders_on_time' AS indicator,
  100 * SUM(CASE WHEN r.taken_on <= a.due_on THEN 1 ELSE 0 END) AS part, COUNT(*) AS whole
FROM partybuilding_orderassignment a
LEFT JOIN partybuilding_assignmentstep s ON s.assignment_id = a.id AND s.verb = 'accept'
LEFT JOIN partybuilding_assignmentstep r ON r.id = s.report_id
WHERE a.due_on BETWEEN '2026-10-01' AND '2026-10-31'
  AND a.state NOT IN ('planned', 'open', 'claimed', 'lost', 'paused')
GROUP BY a.unit_id
"""
CALLED = """
SELECT unit_id, SUM(CASE WHEN is_valid AND is_contacted IS NOT NULL THEN 1 ELSE 0 END) AS asked,
  SUM(CASE WHEN is_valid AND is_contacted THEN 1 ELSE 0 END) AS contacted,
  SUM(CASE WHEN is_valid THEN 1 ELSE 0 END) AS valid,
  SUM(CASE WHEN is_valid AND outcome = 'solved' THEN 1 ELSE 0 END) AS solved,
  SUM(CASE WHEN is_valid AND satisfaction = 'satisfied' THEN 100
    WHEN is_valid AND satisfaction = 'basically' THEN 90 ELSE 0 END) AS satisfied
FROM partybuilding_appeal
WHERE called_on BETWEEN '2026-10-01' AND '2026-10-31' AND NOT is_recused AND NOT is_excluded GROUP BY unit_id
"""
LEAF = f"""
WITH called AS ({CALLED})
{ORDERS}
UNION ALL SELECT unit_id, 'appeals_response', 100 * contacted, asked FROM called WHERE asked > 0
UNION ALL SELECT unit_id, 'appeals_resolution', 100 * solved, valid FROM called WHERE valid > 0
UNION ALL SELECT unit_id, 'appeals_satisfaction', satisfied, valid FROM called WHERE valid > 0
"""


class ByHand(Run):
    """The same run with its leaf written by hand."""

    def counts(self):
        stage(self.using, "stage_leaf", LEAF, None)
        return self._nodes(None)


@transaction.atomic
def by_hand():
    period = Period.objects.get(code=MONTH)
    return ByHand(period, settlements_of(period), is_all=True).whole().written


def bare():
    """The aggregates alone, nothing stored."""
    with connection.cursor() as cursor:
        for select in (ORDERS, CALLED):
            cursor.execute(select)
            cursor.fetchall()


@transaction.atomic
def by_orm():
    """The usual way: the month's tree and a fold in Python, aggregates by the ORM, scores in Python, bulk_create."""
    _tree_by_orm()
    return by_orm_on_a_tree()


def _tree_by_orm():
    period, parents = Period.objects.get(code=MONTH), dict(Unit.objects.values_list("pk", "parent_id"))
    rows = []
    for unit in parents:
        above, depth = unit, 0
        while above is not None:
            rows.append(TreeRow(period=period, ancestor_id=above, descendant_id=unit, depth=depth))
            above, depth = parents[above], depth + 1
    TreeRow.objects.bulk_create(rows, 5000)


@transaction.atomic
def by_orm_on_a_tree():
    period, above = Period.objects.get(code=MONTH), defaultdict(list)
    for ancestor, unit in TreeRow.objects.filter(period=period).values_list("ancestor", "descendant"):
        above[unit].append(ancestor)
    own, totals = {}, Counter()
    for code, unit, part, whole in _counted():
        own[unit, code] = part, whole
        for ancestor in above[unit]:
            totals[ancestor, code, "part"] += part
            totals[ancestor, code, "whole"] += whole
    nodes = (
        Node(
            period=period,
            unit_id=u,
            indicator=c,
            own_part=own.get((u, c), (0, 0))[0],
            own_whole=own.get((u, c), (0, 0))[1],
            part=totals[u, c, "part"],
            whole=totals[u, c, "whole"],
        )
        for u, c in {(unit, code) for unit, code, _ in totals}
    )
    Node.objects.bulk_create(nodes, 5000)
    settled = {s.street.tree_id: s for s in Settlement.objects.filter(period=period).select_related("street")}
    sheets = [
        ScoreSheet(
            period=period,
            settlement=settled[tree],
            unit_id=unit,
            group=kind,
            street_id=settled[tree].street_id,
            score=_score(totals, unit),
        )
        for unit, kind, tree in Unit.objects.filter(kind__in=["center", "community"]).values_list(
            "pk", "kind", "tree_id"
        )
    ]
    sheets.sort(key=lambda s: (s.street_id, s.group, -(s.score or 0)))
    for _, group in groupby(sheets, key=lambda s: (s.street_id, s.group)):
        for rank, sheet in enumerate(group, 1):
            sheet.rank = rank
    ScoreSheet.objects.bulk_create(sheets, 5000)


def _counted():
    rows = due_records(FIRST, LAST).order_by().values("unit")
    for row in rows.annotate(part=Count("pk", filter=ON_TIME), whole=Count("pk")):
        yield "orders_on_time", row["unit"], 100 * row["part"], row["whole"]
    for code in ("appeals_response", "appeals_resolution", "appeals_satisfaction"):
        indicator = INDICATORS[code]
        rows = APPEALS.records(FIRST, LAST).order_by().values("unit")
        for row in rows.annotate(part=indicator.hundredths(LAST), whole=indicator.count()):
            yield code, row["unit"], row["part"], row["whole"]


def _score(totals, unit):
    codes = [c for c in INDICATORS if totals[unit, c, "whole"]]
    return sum(100 * totals[unit, c, "part"] // totals[unit, c, "whole"] for c in codes) // max(len(codes), 1)


def from_nothing(work, models=(ScoreSheet, Node, TreeRow)):
    for model in models:
        model.objects.all().delete()
    return cost(work)


def on_a_tree(work):
    """From nothing but the month's tree."""
    return from_nothing(work, (ScoreSheet, Node))


def engine():
    return roll_up(MONTH)


def at_size(name, streets):
    """Print G1, G2, G4 and G5 of a city of so many streets; returns (records of the month, seconds of a run from nothing)."""
    build_city(streets, MONTHS)
    rows = due_records(FIRST, LAST).count() + APPEALS.records(FIRST, LAST).count()
    print(
        f"\n{connection.vendor}, {name}: {Unit.objects.count()} units, {rows} records of the month, {Appeal.objects.count()} appeals in all"
    )
    engine()
    housekeeping()
    rounds = 5 if streets > 9 else 9
    ratios(f"G1 {name}: unchanged re-run / written by hand", by_hand, engine, rounds=rounds)
    taken = [(from_nothing(by_hand)[0], from_nothing(engine)[0]) for _ in range(rounds)]
    whole = sorted(mine for _, mine in taken)[rounds // 2]
    print(
        f"{f'G1 {name}: from empty tables / written by hand':<64} ratio {sorted(m / h for h, m in taken)[rounds // 2]:7.2f}"
    )
    ratios(f"G2 {name}: from empty tables / bare aggregates", bare, None, lambda _: from_nothing(engine), rounds=rounds)
    for words, usual, empty in (("", by_orm, from_nothing), (", tree aside", by_orm_on_a_tree, on_a_tree)):
        orm = sorted(empty(usual)[0] / empty(engine)[0] for _ in range(3))[1]
        print(f"{f'G4 {name}: ORM + Python fold + bulk_create / engine{words}':<64} ratio {orm:7.2f}")
    with CaptureQueriesContext(connection) as said:
        engine()
    beside = [
        q
        for q in said.captured_queries
        if not q["sql"].startswith(("BEGIN", "COMMIT")) and "stage_treerow" not in q["sql"]
    ]
    print(f"{f'G4 {name}: queries of a run beside those of the tree':<64} {len(beside)}")
    print(f"{f'G5 {name}: rows written by an unchanged re-run':<64} {engine().written}")
    housekeeping()
    late(name, whole)
    return rows, whole


def housekeeping():
    """What PostgreSQL does by itself within a minute, where autovacuum is left on."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def late(name, whole):
    """1 % of the units late, three times: what was inserted, moved and deleted; then a whole run finds nothing."""
    rng, units = Random(7), list(Unit.objects.values_list("pk", flat=True))
    day, taken = date(2026, 10, 9), []
    for _ in range(5):
        some = rng.sample(units, max(len(units) // 100, 1))
        of_these = Appeal.objects.filter(unit__in=some, called_on=day)
        of_these.update(outcome=rng.choice(["solved", "unsolved", "partly"]))
        first, last = Unit.objects.filter(kind="community").order_by("pk")[:1], some[-1]
        moved = Appeal.objects.filter(unit__in=first, called_on=day)[:1]
        Appeal.objects.filter(pk__in=list(moved.values_list("pk", flat=True))).update(unit=last)
        OrderAssignment.objects.filter(unit__in=some, due_on=day).update(due_on=date(2026, 12, 1))
        mark_dirty([(unit, day) for unit in some] + [(first[0].pk, day)])
        taken.append(timed(lambda: catch_up(MONTH)))
    share = sorted(taken)[2] / whole
    print(f"{f'G5 {name}: 1 % of the units late / a run from nothing':<64} ratio {share:7.2f}")
    print(f"{f'G5 {name}: rows that a whole run then finds different':<64} {engine().written}")


def growth(street, city):
    exponent = math.log(city[1] / street[1]) / math.log(city[0] / street[0])
    print(f"{'G3 growth exponent in rows, from a street to a city':<64} {exponent:7.2f}")
