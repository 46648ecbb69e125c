-- Similar cases and what they were given.

-- name: fairness_same
SELECT c.ref, c.subject, g.total_minor, g.severity, c.n_reopened, g.last_at
FROM case_given g JOIN cases c ON c.id = g.case_id
WHERE g.category_id = $1 AND g.currency = $2 AND g.severity = $3 AND g.total_minor > 0 AND g.case_id <> $4 ORDER BY g.last_at DESC LIMIT 10;

-- name: fairness_category
SELECT c.ref, c.subject, g.total_minor, g.severity, c.n_reopened, g.last_at
FROM case_given g JOIN cases c ON c.id = g.case_id
WHERE g.category_id = $1 AND g.currency = $2 AND g.total_minor > 0 AND g.case_id <> $3 ORDER BY g.last_at DESC LIMIT 10;

-- Of each category beside it the newest alone, by its index; the ten newest of those. (CROSS: categories first.)
-- name: fairness_parent
SELECT c.ref, c.subject, g.total_minor, g.severity, c.n_reopened, g.last_at
FROM categories k CROSS JOIN case_given g JOIN cases c ON c.id = g.case_id
WHERE k.parent_id = (SELECT p.parent_id FROM categories p WHERE p.id = CAST($1 AS BIGINT)) AND g.category_id = k.id AND g.currency = $2
  AND g.last_at >= (SELECT min(n.last_at) FROM (SELECT x.last_at FROM case_given x WHERE x.category_id = k.id AND x.currency = $2 ORDER BY x.last_at DESC LIMIT 20) AS n)
  AND g.total_minor > 0 AND g.case_id <> $3 ORDER BY g.last_at DESC LIMIT 10;
