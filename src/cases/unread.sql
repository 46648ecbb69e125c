-- name: unread_seen
SELECT seen_at AS value FROM reads WHERE user_id = $1 AND case_id = $2;

-- name: unread_mark
-- Never backwards: two tabs may tell in any order.
INSERT INTO reads (user_id, case_id, seen_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id, case_id) DO UPDATE SET seen_at = $3 WHERE reads.seen_at < $3;

-- name: unread_prune
DELETE FROM reads WHERE (user_id, case_id) IN (SELECT r.user_id, r.case_id FROM reads r WHERE r.seen_at < $1 ORDER BY r.seen_at LIMIT $2);

-- name: unread_mentions
-- Of this case what I was told of and have not looked at.
SELECT m.ref, n.kind FROM notices n LEFT JOIN messages m ON m.id = n.message_id
WHERE n.user_id = $1 AND n.case_id = $2 AND n.read_at IS NULL LIMIT 500;

-- name: unread_told
-- The newest of what I was told and have not looked at: of which cases. The kind is looked at behind the limit: before it,
-- whoever was never named would have all of them read.
SELECT c.ref FROM (SELECT n.case_id, n.kind FROM notices n WHERE n.user_id = $1 AND n.read_at IS NULL ORDER BY n.id DESC LIMIT 200) t
JOIN cases c ON c.id = t.case_id WHERE t.kind = 'mention';

-- name: unread_counts
-- Head of a statement that cases/unread.c puts the refs behind. A case of mine that I never opened is new as a whole; one of
-- somebody else's only once I have opened it. What stands before my own last words I have read.
SELECT c.ref, (SELECT count(*) FROM messages m WHERE m.case_id = c.id AND m.direction = 'inbound' AND m.logged_at > coalesce(r.seen_at, 0)
    AND m.logged_at > coalesce((SELECT max(o.logged_at) FROM messages o WHERE o.case_id = c.id AND o.author_id = $1), 0)) AS n
FROM cases c LEFT JOIN reads r ON r.user_id = $1 AND r.case_id = c.id
WHERE (c.owner_id = $1 OR r.seen_at IS NOT NULL)
