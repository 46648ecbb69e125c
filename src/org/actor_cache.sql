-- What a request asks when the cache does not know: who is this?

-- name: actor_of_session
SELECT s.id AS key_id, s.csrf, s.expires_at, u.id, u.ref, u.name, u.role, u.team_id, u.zone, u.lang, u.theme, u.keys
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.digest = $1 AND s.expires_at > $2 AND u.removed_at IS NULL;

-- name: actor_of_token
SELECT k.id AS key_id, u.id, u.ref, u.name, u.role, u.team_id, u.zone, u.lang, u.theme, u.keys
FROM tokens k JOIN users u ON u.id = k.user_id
WHERE k.digest = $1 AND k.revoked_at IS NULL AND u.removed_at IS NULL;

-- name: session_seen
UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2;

-- name: token_used
UPDATE tokens SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at < $2);
