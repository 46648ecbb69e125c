-- name: measures_received
SELECT received_at, acknowledged_at, first_response_at, channel, category_id, team_id, kind
FROM cases
WHERE received_at >= $1 AND received_at < $2 AND merged_into IS NULL;

-- name: measures_resolved
SELECT received_at, resolved_at, channel, category_id, team_id, kind, outcome, n_reopened
FROM cases
WHERE resolved_at >= $1 AND resolved_at < $2 AND merged_into IS NULL;

-- name: measures_open
SELECT received_at, due_at, channel, category_id, team_id, kind
FROM cases
WHERE is_open;

-- name: measures_categories
SELECT id, path FROM categories;

-- name: measures_teams
SELECT id, ref, name FROM teams;
