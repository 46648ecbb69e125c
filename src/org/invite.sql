-- One-time links: first run, a first or forgotten password.

-- name: invite_end_earlier
UPDATE invites SET used_at = $3 WHERE purpose = $1 AND COALESCE(user_id, 0) = $2 AND used_at IS NULL;

-- name: invite_insert
INSERT INTO invites (digest, purpose, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5);

-- name: invite_find
SELECT id, user_id FROM invites WHERE digest = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3;

-- Two who use it at once: one of them changes no row.
-- name: invite_use
UPDATE invites SET used_at = $2 WHERE id = $1 AND used_at IS NULL;

-- name: org_has_users
SELECT CASE WHEN EXISTS (SELECT 1 FROM users) THEN 1 ELSE 0 END AS value;
