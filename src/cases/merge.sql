-- name: merge_message_ids
SELECT id, logged_at FROM messages WHERE case_id = $1 ORDER BY id;

-- name: merge_move_messages
UPDATE messages SET case_id = $2 WHERE case_id = $1;

-- name: merge_move_attachments
UPDATE attachments SET case_id = $2 WHERE case_id = $1;

-- name: merge_return_message
UPDATE messages SET case_id = $3 WHERE id = $1 AND case_id = $2;

-- name: merge_return_attachments
UPDATE attachments SET case_id = $3 WHERE message_id = $1 AND case_id = $2;

-- name: merge_insert
INSERT INTO merges (kind, source_id, target_id, moved, made_by, made_at) VALUES ('case', $1, $2, $3, $4, $5) RETURNING id AS value;

-- name: merge_find
SELECT id, target_id, moved, made_at FROM merges
WHERE kind = 'case' AND source_id = $1 AND undone_at IS NULL
ORDER BY id DESC LIMIT 1;

-- name: merge_undone
UPDATE merges SET undone_at = $2 WHERE id = $1;

-- name: merge_recount
-- As the cases' own fields follow from single messages (cases/message.c): a machine's words move nothing. An answer that was taken back and reached nobody is no word of ours, nor
-- is one that is to be sent later; one that was sent later does not answer what came between its writing and its leaving.
SELECT count(*) AS n,
       coalesce(max(m.said_at) FILTER (WHERE m.direction = 'inbound' AND NOT m.automatic), 0) AS last_inbound_at,
       coalesce(max(m.said_at) FILTER (WHERE NOT m.automatic AND (m.direction = 'inbound' OR (m.direction = 'outbound'
         AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id AND (o.counts_later <> 0 OR o.unsaid))
         AND NOT (m.said_at > m.logged_at AND EXISTS (SELECT 1 FROM messages i WHERE i.case_id = m.case_id AND i.direction = 'inbound' AND NOT i.automatic
           AND i.logged_at > m.logged_at AND i.logged_at <= m.said_at))))), 0) AS last_message_at
FROM messages m WHERE m.case_id = $1;

-- name: merge_last_words
SELECT body FROM messages WHERE case_id = $1 AND direction = 'inbound' AND NOT automatic ORDER BY said_at DESC, id DESC LIMIT 1;
