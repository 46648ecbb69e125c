-- name: mention_names
SELECT id, ref, name, email_key FROM users WHERE removed_at IS NULL ORDER BY id LIMIT 5000;
