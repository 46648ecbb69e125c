-- Signing in and out. What each request asks: actor_cache.sql.

-- name: session_password
SELECT id, password_hash FROM users WHERE email_key = $1 AND removed_at IS NULL;

-- name: session_own_hash
SELECT password_hash FROM users WHERE id = $1 AND removed_at IS NULL;

-- A removed user gets none: no row changed.
-- name: session_insert
INSERT INTO sessions (digest, user_id, csrf, agent, created_at, seen_at, expires_at)
SELECT $1, u.id, $3, $4, CAST($5 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT) FROM users u WHERE u.id = $2 AND u.removed_at IS NULL;

-- name: session_delete
DELETE FROM sessions WHERE digest = $1 RETURNING user_id;

-- name: session_delete_one
DELETE FROM sessions WHERE id = $1 AND user_id = $2;

-- name: session_delete_others
DELETE FROM sessions WHERE user_id = $1 AND digest <> $2;

-- name: session_list
SELECT id, agent, created_at, seen_at, expires_at, CASE WHEN digest = $3 THEN 1 ELSE 0 END AS is_current
FROM sessions WHERE user_id = $1 AND expires_at > $2
ORDER BY seen_at DESC, id DESC LIMIT 200;

-- name: session_sweep
DELETE FROM sessions WHERE expires_at <= $1;

-- name: invite_sweep
DELETE FROM invites WHERE expires_at <= $1;
