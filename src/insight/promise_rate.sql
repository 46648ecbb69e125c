-- name: promise_rate_groups
-- Promises whose time came in a stretch, by who kept them and what their case is about. Withdrawn ones are in no figure.
SELECT p.owner_id, c.team_id, c.category_id, c.channel, count(*) AS n, count(*) FILTER (WHERE p.state = 'kept') AS n_kept,
       count(*) FILTER (WHERE p.kept_at > p.due_at) AS n_late, count(*) FILTER (WHERE p.n_moved > 0) AS n_moved
FROM promises p JOIN cases c ON c.id = p.case_id
WHERE p.due_at >= $1 AND p.due_at < $2 AND p.state IN ('kept', 'broken') AND (CAST($3 AS BIGINT) = 0 OR c.team_id = $3)
GROUP BY p.owner_id, c.team_id, c.category_id, c.channel;

-- name: promise_rate_users
SELECT id, ref, name FROM users;

-- name: promise_rate_teams
SELECT id, ref, name FROM teams;

-- name: promise_rate_categories
SELECT id, ref, path AS name FROM categories;

-- name: promise_rate_rows
-- Newest first, behind ($7, $8). 0 and NULL: all; -1: those that have none.
SELECT p.id, p.ref, p.what, p.state, p.due_at, p.whole_day, p.kept_at, p.n_moved, c.ref AS case_ref, c.subject, cu.name AS customer_name,
       o.ref AS owner_ref, o.name AS owner_name
FROM promises p JOIN cases c ON c.id = p.case_id LEFT JOIN customers cu ON cu.id = c.customer_id LEFT JOIN users o ON o.id = p.owner_id
WHERE p.due_at >= $1 AND p.due_at < $2 AND (CAST($3 AS TEXT) IS NULL OR p.state = $3 OR ($3 = 'over' AND p.state IN ('kept', 'broken')))
  AND (CAST($4 AS BIGINT) = 0 OR p.owner_id = $4 OR ($4 = -1 AND p.owner_id IS NULL))
  AND (CAST($5 AS BIGINT) = 0 OR c.team_id = $5 OR ($5 = -1 AND c.team_id IS NULL))
  AND (CAST($6 AS BIGINT) = 0 OR c.category_id = $6 OR ($6 = -1 AND c.category_id IS NULL))
  AND (p.due_at, p.id) < (CAST($7 AS BIGINT), CAST($8 AS BIGINT)) AND (CAST($9 AS TEXT) IS NULL OR c.channel = $9)
ORDER BY p.due_at DESC, p.id DESC LIMIT $10;
