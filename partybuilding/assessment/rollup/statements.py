"""The SELECTs of the layers tree, node and score. Integers throughout; rates are never stored."""

from districts.units.models import Placement, Unit
from partybuilding.assessment.models import Leaf, Node, SchemeItem, TreeRow

TABLES = {
    "placement": Placement._meta.db_table,
    "unit": Unit._meta.db_table,
    "tree": TreeRow._meta.db_table,
    "leaf": Leaf._meta.db_table,
    "node": Node._meta.db_table,
    "item": SchemeItem._meta.db_table,
}

# The closure of the tree as it stood on a day. Parameters: day, day (twice).
TREE = """
WITH RECURSIVE placed AS (
  SELECT unit_id, parent_id FROM {placement} WHERE starts_on <= %s AND (ends_on IS NULL OR ends_on >= %s)
), up (ancestor_id, descendant_id, depth) AS (
  SELECT unit_id, unit_id, 0 FROM placed
  UNION ALL
  SELECT placed.parent_id, up.descendant_id, up.depth + 1 FROM up JOIN placed ON placed.unit_id = up.ancestor_id
  WHERE placed.parent_id IS NOT NULL
)
SELECT ancestor_id, descendant_id, depth FROM up
""".format(**TABLES)

# Own counts spread to every unit above. Parameter: period.
NODE = """
SELECT t.ancestor_id AS unit_id, l.indicator, CAST(SUM(l.part) AS bigint) AS part, CAST(SUM(l.whole) AS bigint) AS whole
FROM {leaf} l JOIN {tree} t ON t.period_id = l.period_id AND t.descendant_id = l.unit_id
WHERE l.period_id = %s GROUP BY t.ancestor_id, l.indicator
""".format(**TABLES)

# Points of an item: weight x clamp((rate - floor) / (target - floor), 0, 1) in hundredths, half up.
# Items without a record drop out and the others' weights are scaled to 100. Parameters: version, period, least sample.
SCORE = """
WITH counted AS (
  SELECT t.descendant_id AS unit_id, u.kind AS "group", top.ancestor_id AS street_id, i.weight AS weight,
    n.whole AS whole, n.part * 100 - i.floor * n.whole AS above, (i.target - i.floor) * n.whole AS span
  FROM {tree} t
  JOIN {unit} u ON u.id = t.descendant_id AND u.kind IN ('center', 'community', 'village')
  JOIN {tree} top ON top.period_id = t.period_id AND top.descendant_id = t.descendant_id
  JOIN {unit} street ON street.id = top.ancestor_id AND street.kind = 'committee'
  JOIN {item} i ON i.version_id = %s
  LEFT JOIN {node} n ON n.period_id = t.period_id AND n.unit_id = t.descendant_id AND n.indicator = i.indicator
  WHERE t.period_id = %s AND t.depth = 0
), pointed AS (
  SELECT unit_id, "group", street_id, COALESCE(whole, 0) AS whole, CASE WHEN whole > 0 THEN weight ELSE 0 END AS weight,
    CASE WHEN whole IS NULL OR above <= 0 THEN 0 WHEN above >= span THEN weight * 100
      ELSE (2 * weight * 100 * above + span) / (2 * span) END AS points
  FROM counted
), summed AS (
  SELECT unit_id, "group", street_id, CAST(SUM(whole) AS bigint) AS sample,
    CAST(SUM(weight) AS bigint) AS weight, CAST(SUM(points) AS bigint) AS points
  FROM pointed GROUP BY unit_id, "group", street_id
), scored AS (
  SELECT unit_id, "group", street_id, sample,
    CASE WHEN weight > 0 THEN (200 * points + weight) / (2 * weight) END AS score,
    CASE WHEN weight > 0 AND sample >= %s THEN 1 ELSE 0 END AS is_ranked
  FROM summed
)
SELECT unit_id, "group", street_id, score, sample, CASE WHEN is_ranked = 1 THEN
  RANK() OVER (PARTITION BY street_id, "group", is_ranked ORDER BY score DESC) END AS rank
FROM scored
""".format(**TABLES)
