-- name: notice_insert
INSERT INTO notices (user_id, kind, case_id, message_id, by_id, facts, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: notice_rows
SELECT n.id, n.kind, n.facts, n.made_at, n.read_at, c.ref AS case_ref, c.subject, m.ref AS message_ref, u.ref AS by_ref, u.name AS by_name
FROM notices n
LEFT JOIN cases c ON c.id = n.case_id
LEFT JOIN messages m ON m.id = n.message_id
LEFT JOIN users u ON u.id = n.by_id
WHERE n.user_id = $1 AND n.id < $2
ORDER BY n.id DESC LIMIT $3;

-- name: notice_rows_unread
SELECT n.id, n.kind, n.facts, n.made_at, n.read_at, c.ref AS case_ref, c.subject, m.ref AS message_ref, u.ref AS by_ref, u.name AS by_name
FROM notices n
LEFT JOIN cases c ON c.id = n.case_id
LEFT JOIN messages m ON m.id = n.message_id
LEFT JOIN users u ON u.id = n.by_id
WHERE n.user_id = $1 AND n.id < $2 AND n.read_at IS NULL
ORDER BY n.id DESC LIMIT $3;

-- name: notice_count
SELECT count(*) AS value FROM (SELECT id FROM notices WHERE user_id = $1 AND read_at IS NULL LIMIT 1000) AS unread;

-- name: notice_read
UPDATE notices SET read_at = $4
WHERE user_id = $1 AND read_at IS NULL AND (CAST($2 AS BIGINT) = 0 OR id = $2) AND (CAST($3 AS BIGINT) = 0 OR case_id = $3);
