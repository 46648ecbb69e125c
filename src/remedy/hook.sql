-- name: hook_list
SELECT id, ref, name, url, sealed, timeout_s, wait_hours, back_url, removed_at, version FROM remedy_hooks WHERE removed_at IS NULL ORDER BY name, id LIMIT 200;

-- name: hook_one
SELECT id, ref, name, url, sealed, timeout_s, wait_hours, back_url, removed_at, version FROM remedy_hooks WHERE ref = CAST($1 AS TEXT) OR id = CAST($2 AS BIGINT);

-- name: hook_insert
INSERT INTO remedy_hooks (ref, name, url, sealed, timeout_s, created_at, wait_hours, back_url) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: hook_update
UPDATE remedy_hooks SET name = $3, url = $4, sealed = $5, timeout_s = $6, removed_at = $7, wait_hours = $8, back_url = $9, version = version + 1 WHERE id = $1 AND version = $2;

-- name: hook_uses
SELECT count(*) AS value FROM remedy_types WHERE hook_id = $1 AND removed_at IS NULL;
