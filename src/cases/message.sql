-- name: message_rows
-- Newest first, as they stand in the index: of a very long case the newest.
SELECT m.id, m.ref, m.direction, m.channel, u.ref AS author_ref, u.name AS user_name, m.author_name, m.body, m.automatic, m.said_at, m.logged_at,
       EXISTS (SELECT 1 FROM attachments a WHERE a.case_id = m.case_id AND a.message_id = m.id) AS has_files
FROM messages m LEFT JOIN users u ON u.id = m.author_id
WHERE m.case_id = $1 AND m.id > $2
ORDER BY m.said_at DESC, m.id DESC LIMIT 2000;

-- name: message_rows_theirs
-- For the customer: neither notes nor what has not left yet (the seconds of undo, "send later", tried in vain so far), nor what was taken back and reached nobody. What
-- failed for good they read here. What a machine of ours says
-- is theirs at once: nobody takes it back.
SELECT m.id, m.ref, m.direction, m.channel, u.ref AS author_ref, u.name AS user_name, m.author_name, m.body, m.automatic, m.said_at, m.logged_at,
       EXISTS (SELECT 1 FROM attachments a WHERE a.case_id = m.case_id AND a.message_id = m.id) AS has_files
FROM messages m LEFT JOIN users u ON u.id = m.author_id
WHERE m.case_id = $1 AND m.id > $2 AND (m.direction = 'inbound' OR (m.direction = 'outbound' AND NOT EXISTS (
  SELECT 1 FROM outbox o WHERE o.message_id = m.id AND (o.unsaid OR (o.state IN ('queued', 'sending') AND NOT o.automatic
    AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.outbox_id = o.id AND d.state IN ('sent', 'delivered', 'bounced')))))))
ORDER BY m.said_at DESC, m.id DESC LIMIT 2000;

-- name: message_rows_before
-- Those said before the message that was said at $2 and has the id $3, the latest of them, newest first.
SELECT m.id, m.ref, m.direction, m.channel, u.ref AS author_ref, u.name AS user_name, m.author_name, m.body, m.automatic, m.said_at, m.logged_at,
       EXISTS (SELECT 1 FROM attachments a WHERE a.case_id = m.case_id AND a.message_id = m.id) AS has_files
FROM messages m LEFT JOIN users u ON u.id = m.author_id
WHERE m.case_id = $1 AND (m.said_at, m.id) < ($2, $3)
ORDER BY m.said_at DESC, m.id DESC LIMIT $4;

-- name: message_leaves
UPDATE messages SET said_at = $2 WHERE id = $1;

-- name: message_written
-- answers: the customer wrote nothing since it was written; here: it was written on this case, not on one that was merged into it.
-- outbox_of_case (mailbox/outbox.sql) asks the same, to show what is planned.
SELECT m.author_id, m.body, m.logged_at, EXISTS (SELECT 1 FROM events e WHERE e.case_id = m.case_id AND e.subject_id = m.id AND e.kind = 'message.written') AS here,
  NOT EXISTS (SELECT 1 FROM messages i WHERE i.case_id = m.case_id AND i.direction = 'inbound' AND NOT i.automatic AND i.logged_at > m.logged_at) AS answers
FROM messages m WHERE m.id = $1;

-- name: message_place
SELECT said_at, id FROM messages WHERE case_id = $1 AND ref = $2;

-- name: message_attachments
SELECT message_id, ref, name, media_type, size FROM attachments WHERE case_id = $1 AND message_id > $2 ORDER BY message_id, id LIMIT 5000;

-- name: message_events
-- Newest first: read until the version asked for is met.
SELECT e.id, e.at, e.kind, e.subject_id, e.actor_kind, e.actor_id, u.ref AS actor_ref, u.name AS actor_name, e.facts
FROM events e LEFT JOIN users u ON u.id = e.actor_id
WHERE e.case_id = $1
ORDER BY e.id DESC LIMIT 200;

-- name: message_draft_save
INSERT INTO drafts (user_id, case_id, kind, body, base_version, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (user_id, case_id, kind) DO UPDATE SET body = $4, base_version = $5, saved_at = $6;

-- name: message_draft_take_back
-- Something else that was begun since stays; the same words, saved late by a page, take the rest.
INSERT INTO drafts (user_id, case_id, kind, body, base_version, saved_at, more) VALUES ($1, $2, 'reply', $3, $6, $4, $5)
ON CONFLICT (user_id, case_id, kind) DO UPDATE SET more = excluded.more WHERE drafts.body = excluded.body;

-- name: message_draft_clear
DELETE FROM drafts WHERE user_id = $1 AND case_id = $2 AND kind = $3;

-- name: message_drafts
SELECT kind, body, base_version, saved_at, more FROM drafts WHERE user_id = $1 AND case_id = $2;

-- name: attachment_by_ref
SELECT a.case_id, a.name, a.media_type, a.size, a.hash, m.direction
FROM attachments a JOIN messages m ON m.id = a.message_id
WHERE a.ref = $1;
