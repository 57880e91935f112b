"""The SELECTs of the layers tree, node and score. Integers throughout; rates are never stored."""

from districts.units.models import Placement, Unit
from partybuilding.assessment.models import (
    FULL_WEIGHT,
    Adjustment,
    Node,
    PeerMember,
    SchemeItem,
    SchemeVersion,
    ScoreSheet,
    Settlement,
    TreeRow,
)
from partybuilding.assessment.models.scheme import MOST_TIE_BREAKS
from partybuilding.assessment.scoring.items import TIE_BASE

TABLES = {
    "placement": Placement._meta.db_table,
    "unit": Unit._meta.db_table,
    "tree": TreeRow._meta.db_table,
    "node": Node._meta.db_table,
    "sheet": ScoreSheet._meta.db_table,
    "item": SchemeItem._meta.db_table,
    "version": SchemeVersion._meta.db_table,
    "settlement": Settlement._meta.db_table,
    "peer": PeerMember._meta.db_table,
    "adjustment": Adjustment._meta.db_table,
    "full": FULL_WEIGHT,
    "half": FULL_WEIGHT // 2,
    "ties": MOST_TIE_BREAKS,
    "tie": " ".join(f"WHEN {n} THEN {TIE_BASE ** (MOST_TIE_BREAKS - n)}" for n in range(1, MOST_TIE_BREAKS + 1)),
}

# The closure of the tree as it stood on a period's last day, of the units that `{{scope}}` admits. What was closed during
# the period stays under its last place, so that what it did counts for those above it. Parameters: last day (twice), first
# day, last day (twice).
TREE = """
WITH RECURSIVE placed AS (
  SELECT unit_id, parent_id FROM {placement} WHERE starts_on <= %s AND (ends_on IS NULL OR ends_on >= %s) {{scope}}
  UNION ALL
  SELECT unit_id, parent_id FROM {placement} WHERE ends_on >= %s AND ends_on < %s {{scope}}
    AND unit_id IN (SELECT id FROM {unit} WHERE retired_on = ends_on AND retired_on < %s)
), up (ancestor_id, descendant_id, depth) AS (
  SELECT unit_id, unit_id, 0 FROM placed
  UNION ALL
  SELECT placed.parent_id, up.descendant_id, up.depth + 1 FROM up JOIN placed ON placed.unit_id = up.ancestor_id
  WHERE placed.parent_id IS NOT NULL
)
SELECT ancestor_id, descendant_id, depth FROM up
""".format(**TABLES)

# Own counts, staged in stage_leaf, spread to every unit above that `{{scope}}` admits. Parameter: period.
NODE = """
SELECT t.ancestor_id AS unit_id, l.indicator,
  CAST(SUM(CASE WHEN t.depth = 0 THEN l.part ELSE 0 END) AS bigint) AS own_part,
  CAST(SUM(CASE WHEN t.depth = 0 THEN l.whole ELSE 0 END) AS bigint) AS own_whole,
  CAST(SUM(l.part) AS bigint) AS part, CAST(SUM(l.whole) AS bigint) AS whole
FROM stage_leaf l JOIN {tree} t ON t.period_id = %s AND t.descendant_id = l.unit_id {{scope}}
GROUP BY t.ancestor_id, l.indicator
""".format(**TABLES)

# Nodes of the units `{{above}}`: as stored, and what has come or gone in the own counts of the units `{{anew}}`, which are staged
# in stage_leaf, for themselves and all above them. Parameters: period (three times).
LATE_NODE = """
WITH differing AS (
  SELECT unit_id, indicator, SUM(part) AS part, SUM(whole) AS whole FROM (
    SELECT unit_id, indicator, part, whole FROM stage_leaf
    UNION ALL
    SELECT unit_id, indicator, -own_part, -own_whole FROM {node} WHERE period_id = %s AND unit_id IN ({{anew}})
  ) now_and_then GROUP BY unit_id, indicator HAVING SUM(part) <> 0 OR SUM(whole) <> 0
), summands AS (
  SELECT unit_id, indicator, own_part, own_whole, part, whole FROM {node} WHERE period_id = %s AND unit_id IN ({{above}})
  UNION ALL
  SELECT t.ancestor_id, d.indicator, CASE WHEN t.depth = 0 THEN d.part ELSE 0 END,
    CASE WHEN t.depth = 0 THEN d.whole ELSE 0 END, d.part, d.whole
  FROM differing d JOIN {tree} t ON t.period_id = %s AND t.descendant_id = d.unit_id
)
SELECT unit_id, indicator, CAST(SUM(own_part) AS bigint) AS own_part, CAST(SUM(own_whole) AS bigint) AS own_whole,
  CAST(SUM(part) AS bigint) AS part, CAST(SUM(whole) AS bigint) AS whole
FROM summands GROUP BY unit_id, indicator HAVING SUM(whole) > 0
""".format(**TABLES)

# Points of an item: weight x clamp((rate - floor) / (target - floor), 0, 1) in hundredths, half up. What has nothing or
# too little to count drops out and the other weights are scaled to 100; under half of the weight left is not ranked.
# Bonuses come on top, up to their cap; deductions stop at the item's zero. Of the units that `{{scope}}` admits; they are ranked
# with the `{{others}}`. Parameters: period, last day (three times), period (twice). The same rules, in Python, are in
# partybuilding.assessment.scoring.items.
SCORE = """
WITH approved AS (
  SELECT unit_id, kind, indicator, points FROM {adjustment} WHERE period_id = %s AND state = 'approved'
), deducted AS MATERIALIZED (
  SELECT unit_id, indicator, SUM(points) AS points FROM approved WHERE kind = 'deduction' GROUP BY unit_id, indicator
), given AS MATERIALIZED (
  SELECT unit_id, SUM(CASE WHEN kind = 'bonus' THEN points ELSE 0 END) AS bonus,
    MAX(CASE WHEN kind = 'veto' THEN 1 ELSE 0 END) AS veto
  FROM approved GROUP BY unit_id
), placed AS (
  SELECT t.descendant_id AS unit_id, u.kind AS "group", COALESCE(p.name, '') AS peer, s.id AS settlement_id,
    s.street_id AS street_id, v.id AS version_id, v.ranking AS ranking, v.min_sample AS min_sample, v.bonus_cap AS bonus_cap
  FROM {tree} t
  JOIN {unit} u ON u.id = t.descendant_id AND u.kind IN ('center', 'community', 'village')
    AND (u.retired_on IS NULL OR u.retired_on >= %s)
  JOIN {tree} top ON top.period_id = t.period_id AND top.descendant_id = t.descendant_id
  JOIN {settlement} s ON s.period_id = t.period_id AND s.street_id = top.ancestor_id {{scope}}
  JOIN {version} v ON v.id = s.version_id
  LEFT JOIN {peer} p ON p.unit_id = t.descendant_id AND p.starts_on <= %s AND (p.ends_on IS NULL OR p.ends_on >= %s)
  WHERE t.period_id = %s AND t.depth = 0
), counted AS (
  SELECT n.unit_id AS unit_id, i.weight AS full_weight, i.rule AS rule, i.tie_order AS tie_order, n.part AS part,
    n.whole AS whole, CASE WHEN n.whole >= u.min_sample AND n.whole > 0 THEN 1 ELSE 0 END AS is_counted,
    n.part * 100 - i.floor * n.whole AS above, (i.target - i.floor) * n.whole AS span, COALESCE(d.points, 0) AS deducted
  FROM placed u
  JOIN {node} n ON n.period_id = %s AND n.unit_id = u.unit_id
  JOIN {item} i ON i.version_id = u.version_id AND i.indicator = n.indicator
  LEFT JOIN deducted d ON d.unit_id = n.unit_id AND d.indicator = i.indicator
), earned AS (
  SELECT unit_id, whole, is_counted * full_weight AS weight, deducted,
    CASE WHEN is_counted = 0 OR above <= 0 THEN 0 WHEN above >= span THEN full_weight WHEN rule = 'threshold' THEN 0
      ELSE (2 * full_weight * above + span) / (2 * span) END AS earned,
    CASE WHEN is_counted = 0 OR tie_order IS NULL THEN 0
      ELSE (part * 100 / whole + 1) * CASE tie_order {tie} END END AS tie
  FROM counted
), summed AS MATERIALIZED (
  SELECT unit_id, CAST(SUM(whole) AS bigint) AS sample, CAST(SUM(weight) AS bigint) AS weight,
    CAST(SUM(CASE WHEN earned > deducted THEN earned - deducted ELSE 0 END) AS bigint) AS points, SUM(tie) AS tie
  FROM earned GROUP BY unit_id
), capped AS (
  SELECT u.unit_id, u."group", u.peer, u.settlement_id, u.street_id, u.ranking, COALESCE(s.sample, 0) AS sample,
    COALESCE(s.weight, 0) AS weight, COALESCE(s.points, 0) AS points, CAST(COALESCE(s.tie, 0) AS bigint) AS tie, COALESCE(g.veto, 0) AS veto,
    CAST(CASE WHEN COALESCE(s.weight, 0) = 0 OR g.bonus IS NULL THEN 0 WHEN g.bonus > u.bonus_cap THEN u.bonus_cap
      ELSE g.bonus END AS bigint) AS bonus
  FROM placed u LEFT JOIN summed s ON s.unit_id = u.unit_id LEFT JOIN given g ON g.unit_id = u.unit_id
), scored AS (
  SELECT unit_id, "group", peer, settlement_id, street_id, sample, weight, tie, bonus, veto,
    CASE WHEN weight > 0 THEN (2 * {full} * points + weight) / (2 * weight) + bonus END AS score,
    CASE WHEN weight >= {half} AND ranking <> 'off' THEN 1 ELSE 0 END AS is_ranked
  FROM capped
), every AS (
  SELECT unit_id, "group", peer, settlement_id, street_id, score, weight, bonus, veto = 0 AS is_eligible, sample, tie, is_ranked
  FROM scored {{others}}
)
SELECT unit_id, "group", peer, settlement_id, street_id, score, weight, bonus, is_eligible, sample, tie, CASE WHEN is_ranked = 1 THEN
  RANK() OVER (PARTITION BY street_id, "group", peer, is_ranked ORDER BY score DESC, tie DESC) END AS rank
FROM every
""".format(**TABLES)

# Sheets of the settlements `{{ids}}` as the last run left them, but for the units `{{anew}}`. Parameter: period.
STORED_SHEETS = """
  UNION ALL
  SELECT unit_id, "group", peer, settlement_id, street_id, score, weight, bonus, is_eligible, sample, tie,
    CASE WHEN rank IS NULL THEN 0 ELSE 1 END
  FROM {sheet} WHERE period_id = %s AND settlement_id IN ({{ids}}) AND unit_id NOT IN ({{anew}})
""".format(**TABLES)
