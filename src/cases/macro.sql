-- name: macro_rows
SELECT id, ref, name, body, kind, step, channel, user_id, version FROM macros
WHERE removed_at IS NULL AND (user_id IS NULL OR user_id = $1)
ORDER BY name, id LIMIT 1000;

-- name: macro_by_ref
SELECT id, ref, name, body, kind, step, channel, user_id, version FROM macros
WHERE ref = $1 AND removed_at IS NULL AND (user_id IS NULL OR user_id = $2);

-- name: macro_insert
INSERT INTO macros (ref, name, body, kind, user_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: macro_update
UPDATE macros SET name = $2, body = $3, kind = $4, user_id = $5, version = version + 1 WHERE id = $1;

-- name: macro_remove
UPDATE macros SET removed_at = $2, version = version + 1 WHERE id = $1;

-- name: macro_use
-- For which step of a conversation and which channel it is meant.
UPDATE macros SET step = $2, channel = $3 WHERE ref = $1;
