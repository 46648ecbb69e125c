-- API tokens, as a person sees them. What each request asks: actor_cache.sql.

-- name: token_insert
INSERT INTO tokens (ref, digest, user_id, name, created_at)
SELECT $1, $2, u.id, $4, CAST($5 AS BIGINT) FROM users u WHERE u.id = $3 AND u.removed_at IS NULL
ON CONFLICT (ref) DO NOTHING
RETURNING id AS value;

-- name: token_user_is_there
SELECT count(*) AS value FROM users WHERE id = $1 AND removed_at IS NULL;

-- name: token_by_ref
SELECT id, revoked_at FROM tokens WHERE ref = $1 AND (CAST($2 AS BIGINT) = 0 OR user_id = $2);

-- name: token_revoke
UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL;

-- name: token_list
SELECT k.ref, k.name, k.created_at, k.used_at, k.revoked_at, u.ref AS user_ref, u.name AS user_name
FROM tokens k JOIN users u ON u.id = k.user_id
WHERE CAST($1 AS BIGINT) = 0 OR k.user_id = $1
ORDER BY k.id DESC LIMIT 1000;
