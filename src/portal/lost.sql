-- name: lost_asked
-- Whether a note of this kind stands on the case since then.
SELECT m.id AS value FROM messages m
WHERE m.case_id = $1 AND m.direction = 'note' AND m.channel = 'portal' AND m.author_id IS NULL AND m.logged_at > $2
LIMIT 1;
