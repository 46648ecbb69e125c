-- name: delegation_list
SELECT d.ref, f.ref AS from_ref, f.name AS from_name, t.ref AS to_ref, t.name AS to_name, d.starts_at, d.ends_at
FROM delegations d JOIN users f ON f.id = d.from_id JOIN users t ON t.id = d.to_id
WHERE d.removed_at IS NULL AND d.ends_at > CAST($1 AS BIGINT) AND (CAST($2 AS BIGINT) = 0 OR d.from_id = CAST($2 AS BIGINT) OR d.to_id = CAST($2 AS BIGINT))
ORDER BY d.starts_at, d.id LIMIT 500;

-- name: delegation_insert
INSERT INTO delegations (ref, from_id, to_id, starts_at, ends_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: delegation_overlaps
SELECT count(*) AS value FROM delegations WHERE from_id = $1 AND removed_at IS NULL AND starts_at < CAST($3 AS BIGINT) AND ends_at > CAST($2 AS BIGINT);

-- name: delegation_remove
UPDATE delegations SET removed_at = $2 WHERE ref = $1 AND removed_at IS NULL AND (from_id = CAST($3 AS BIGINT) OR CAST($4 AS BIGINT) = 1);

-- name: delegation_now
SELECT d.to_id AS value FROM delegations d JOIN users u ON u.id = d.to_id
WHERE d.from_id = $1 AND d.removed_at IS NULL AND d.starts_at <= CAST($2 AS BIGINT) AND d.ends_at > CAST($2 AS BIGINT) AND u.removed_at IS NULL
ORDER BY d.id DESC LIMIT 1;
