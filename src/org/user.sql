-- Users. Teams: team.sql.

-- name: user_by_id
SELECT u.id, u.ref, u.email, u.name, u.role, u.team_id, t.ref AS team_ref, t.name AS team_name, u.zone, u.lang, u.theme, u.keys, u.mail_late, u.capacity,
  u.available, u.created_at, u.removed_at, u.version, CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END AS has_password
FROM users u LEFT JOIN teams t ON t.id = u.team_id
WHERE u.id = $1;

-- name: user_by_ref
SELECT u.id, u.ref, u.email, u.name, u.role, u.team_id, t.ref AS team_ref, t.name AS team_name, u.zone, u.lang, u.theme, u.keys, u.mail_late, u.capacity,
  u.available, u.created_at, u.removed_at, u.version, CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END AS has_password
FROM users u LEFT JOIN teams t ON t.id = u.team_id
WHERE u.ref = $1;

-- name: user_by_email
SELECT u.id, u.ref, u.email, u.name, u.role, u.team_id, t.ref AS team_ref, t.name AS team_name, u.zone, u.lang, u.theme, u.keys, u.mail_late, u.capacity,
  u.available, u.created_at, u.removed_at, u.version, CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END AS has_password
FROM users u LEFT JOIN teams t ON t.id = u.team_id
WHERE u.email_key = $1;

-- name: user_list
SELECT u.id, u.ref, u.email, u.name, u.role, u.team_id, t.ref AS team_ref, t.name AS team_name, u.zone, u.lang, u.theme, u.keys, u.mail_late, u.capacity,
  u.available, u.created_at, u.removed_at, u.version, CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END AS has_password
FROM users u LEFT JOIN teams t ON t.id = u.team_id
WHERE u.removed_at IS NULL OR CAST($1 AS BIGINT) = 1
ORDER BY u.name, u.id LIMIT 5000;

-- A taken ref gives no row, and so does a taken address.
-- name: user_insert
INSERT INTO users (ref, email, email_key, name, role, team_id, password_hash, zone, lang, capacity, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- name: user_update
UPDATE users SET name = $3, role = $4, team_id = $5, zone = $6, lang = $7, theme = $8, keys = $9, capacity = $10, available = $11,
  removed_at = $12, mail_late = $13, version = version + 1
WHERE id = $1 AND version = $2;

-- name: user_password_update
UPDATE users SET password_hash = $2 WHERE id = $1;

-- Locks the admins who can sign in and counts them, all but one: two who demote each other at once wait for one another.
-- name: user_lock_admins
UPDATE users SET version = version
WHERE role = 'admin' AND removed_at IS NULL AND password_hash IS NOT NULL AND id <> $1;

-- name: user_sessions_end
DELETE FROM sessions WHERE user_id = $1;

-- name: user_tokens_end
UPDATE tokens SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL;

-- name: user_invites_end
UPDATE invites SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL;

-- name: user_memberships_end
DELETE FROM team_members WHERE user_id = $1;
