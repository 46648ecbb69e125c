-- name: link_insert
INSERT INTO case_links (a_id, b_id, kind, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (a_id, b_id) DO NOTHING;

-- name: link_delete
DELETE FROM case_links WHERE (a_id = $1 AND b_id = $2) OR (a_id = $2 AND b_id = $1);

-- name: link_rows
-- Without a limit, and read to one: SQLite gives an order that no index has and a limit a tree of its own, made even for no rows.
SELECT c.ref, c.subject, c.stage, l.kind, 'to' AS role, l.made_at FROM case_links l JOIN cases c ON c.id = l.b_id WHERE l.a_id = $1
UNION ALL
SELECT c.ref, c.subject, c.stage, l.kind, 'from' AS role, l.made_at FROM case_links l JOIN cases c ON c.id = l.a_id WHERE l.b_id = $1
ORDER BY made_at, ref;

-- name: split_message
SELECT id, channel, author_name, body, said_at, direction FROM messages WHERE case_id = $1 AND ref = $2;

-- name: split_attachments
SELECT name, media_type, size, hash FROM attachments WHERE message_id = $1 ORDER BY id;
