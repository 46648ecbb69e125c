-- Cases by week from $2 to before $3; the weeks are counted from $2. One text for each of the three trees: effect.c puts categories or
-- products and their column where root_causes and root_cause_id stand.

-- name: effect_weeks
WITH RECURSIVE below (id, depth) AS (
  SELECT id, 0 FROM root_causes WHERE id = $1
  UNION ALL
  SELECT w.id, b.depth + 1 FROM root_causes w JOIN below b ON w.parent_id = b.id WHERE b.depth < 16
)
SELECT (c.received_at - $2) / 604800000 AS week, count(*) AS n
FROM below b JOIN cases c ON c.root_cause_id = b.id AND c.received_at >= $2 AND c.received_at < $3 AND c.merged_into IS NULL
GROUP BY 1;

-- name: effect_known
-- Of how many the cause is known: one range of the index for each.
SELECT CAST(coalesce(sum((SELECT count(*) FROM cases c WHERE c.root_cause_id = r.id AND c.received_at >= $1 AND c.received_at < $2 AND c.merged_into IS NULL)), 0) AS BIGINT) AS value
FROM root_causes r;

-- name: effect_all
SELECT count(*) AS value FROM cases WHERE received_at >= $1 AND received_at < $2 AND merged_into IS NULL;
