"""The SELECTs of the layers tree, node and score. Integers throughout; rates are never stored."""

from districts.units.models import Placement, Unit
from partybuilding.assessment.models import (
    FULL_WEIGHT,
    Node,
    SchemeItem,
    SchemeVersion,
    Settlement,
    TreeRow,
)
from partybuilding.assessment.models.scheme import MOST_TIE_BREAKS
from partybuilding.assessment.scoring import TIE_BASE

TABLES = {
    "placement": Placement._meta.db_table,
    "unit": Unit._meta.db_table,
    "tree": TreeRow._meta.db_table,
    "node": Node._meta.db_table,
    "item": SchemeItem._meta.db_table,
    "version": SchemeVersion._meta.db_table,
    "settlement": Settlement._meta.db_table,
    "full": FULL_WEIGHT,
    "half": FULL_WEIGHT // 2,
    "ties": MOST_TIE_BREAKS,
    "tie": " ".join(f"WHEN {n} THEN {TIE_BASE ** (MOST_TIE_BREAKS - n)}" for n in range(1, MOST_TIE_BREAKS + 1)),
}

# The closure of the tree as it stood on a day, of the units that `{{scope}}` admits. Parameters: day (twice).
TREE = """
WITH RECURSIVE placed AS (
  SELECT unit_id, parent_id FROM {placement} WHERE starts_on <= %s AND (ends_on IS NULL OR ends_on >= %s) {{scope}}
), up (ancestor_id, descendant_id, depth) AS (
  SELECT unit_id, unit_id, 0 FROM placed
  UNION ALL
  SELECT placed.parent_id, up.descendant_id, up.depth + 1 FROM up JOIN placed ON placed.unit_id = up.ancestor_id
  WHERE placed.parent_id IS NOT NULL
)
SELECT ancestor_id, descendant_id, depth FROM up
""".format(**TABLES)

# Own counts, staged in stage_leaf, spread to every unit above. Parameter: period.
NODE = """
SELECT t.ancestor_id AS unit_id, l.indicator,
  CAST(SUM(CASE WHEN t.depth = 0 THEN l.part ELSE 0 END) AS bigint) AS own_part,
  CAST(SUM(CASE WHEN t.depth = 0 THEN l.whole ELSE 0 END) AS bigint) AS own_whole,
  CAST(SUM(l.part) AS bigint) AS part, CAST(SUM(l.whole) AS bigint) AS whole
FROM stage_leaf l JOIN {tree} t ON t.period_id = %s AND t.descendant_id = l.unit_id
GROUP BY t.ancestor_id, l.indicator
""".format(**TABLES)

# Points of an item: weight x clamp((rate - floor) / (target - floor), 0, 1) in hundredths, half up. What has nothing or
# too little to count drops out and the other weights are scaled to 100; under half of the weight left is not ranked.
# Parameter: period. The same rules, in Python, are in partybuilding.assessment.scoring.
SCORE = """
WITH counted AS (
  SELECT t.descendant_id AS unit_id, u.kind AS "group", s.id AS settlement_id, s.street_id AS street_id,
    v.ranking AS ranking, i.weight AS full_weight, i.rule AS rule, i.tie_order AS tie_order, n.part AS part,
    n.whole AS whole, CASE WHEN n.whole >= v.min_sample AND n.whole > 0 THEN 1 ELSE 0 END AS is_counted,
    n.part * 100 - i.floor * n.whole AS above, (i.target - i.floor) * n.whole AS span
  FROM {tree} t
  JOIN {unit} u ON u.id = t.descendant_id AND u.kind IN ('center', 'community', 'village')
  JOIN {tree} top ON top.period_id = t.period_id AND top.descendant_id = t.descendant_id
  JOIN {settlement} s ON s.period_id = t.period_id AND s.street_id = top.ancestor_id {{scope}}
  JOIN {version} v ON v.id = s.version_id
  JOIN {item} i ON i.version_id = v.id
  LEFT JOIN {node} n ON n.period_id = t.period_id AND n.unit_id = t.descendant_id AND n.indicator = i.indicator
  WHERE t.period_id = %s AND t.depth = 0
), pointed AS (
  SELECT unit_id, "group", settlement_id, street_id, ranking, COALESCE(whole, 0) AS whole,
    is_counted * full_weight AS weight,
    CASE WHEN is_counted = 0 OR above <= 0 THEN 0 WHEN above >= span THEN full_weight WHEN rule = 'threshold' THEN 0
      ELSE (2 * full_weight * above + span) / (2 * span) END AS points,
    CASE WHEN is_counted = 0 OR tie_order IS NULL THEN 0
      ELSE (part * 100 / whole + 1) * CASE tie_order {tie} END END AS tie
  FROM counted
), summed AS (
  SELECT unit_id, "group", settlement_id, street_id, ranking, CAST(SUM(whole) AS bigint) AS sample,
    CAST(SUM(weight) AS bigint) AS weight, CAST(SUM(points) AS bigint) AS points, SUM(tie) AS tie
  FROM pointed GROUP BY unit_id, "group", settlement_id, street_id, ranking
), scored AS (
  SELECT unit_id, "group", settlement_id, street_id, sample, weight, tie,
    CASE WHEN weight > 0 THEN (2 * {full} * points + weight) / (2 * weight) END AS score,
    CASE WHEN weight >= {half} AND ranking <> 'off' THEN 1 ELSE 0 END AS is_ranked
  FROM summed
)
SELECT unit_id, "group", settlement_id, street_id, score, weight, sample, CASE WHEN is_ranked = 1 THEN
  RANK() OVER (PARTITION BY street_id, "group", is_ranked ORDER BY score DESC, tie DESC) END AS rank
FROM scored
""".format(**TABLES)
