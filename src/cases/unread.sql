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

-- name: unread_seen_of
-- The last three are of lists, twenty-five cases at a time (cases/row.h).
SELECT case_id, seen_at FROM reads WHERE user_id = $1 AND case_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26);

-- name: unread_words
-- What stands behind the question how much is new: customers' words, and one's own last ones, which end it.
SELECT case_id, logged_at, CASE WHEN author_id = $1 THEN 1 ELSE 0 END AS own FROM messages
WHERE case_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26) AND (direction = 'inbound' OR author_id = $1);

-- name: unread_told
-- The notes that name me, all over: an index of its own has them (0019).
SELECT case_id FROM notices WHERE user_id = $1 AND read_at IS NULL AND kind = 'mention' ORDER BY case_id LIMIT 1000;
