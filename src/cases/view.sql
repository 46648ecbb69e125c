-- name: view_rows
SELECT v.id, v.ref, v.user_id, v.shared, v.name, v.query, v.sort, u.ref AS owner_ref, u.name AS owner_name
FROM saved_views v JOIN users u ON u.id = v.user_id
WHERE v.removed_at IS NULL AND (v.user_id = $1 OR v.shared)
ORDER BY v.name, v.id LIMIT 500;

-- name: view_by_ref
SELECT v.id, v.ref, v.user_id, v.shared, v.name, v.query, v.sort, u.ref AS owner_ref, u.name AS owner_name
FROM saved_views v JOIN users u ON u.id = v.user_id
WHERE v.ref = $1 AND v.removed_at IS NULL AND (v.user_id = $2 OR v.shared);

-- name: view_insert
INSERT INTO saved_views (ref, user_id, shared, name, query, sort, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: view_update
UPDATE saved_views SET shared = $2, name = $3, query = $4, sort = $5 WHERE id = $1;

-- name: view_remove
UPDATE saved_views SET removed_at = $2 WHERE id = $1;

-- name: view_count
SELECT count(*) AS value FROM saved_views WHERE user_id = $1 AND removed_at IS NULL;
