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
-- An answer that was taken back and reached nobody is no word of ours, nor is one that is to be sent later.
SELECT count(*) AS n,
       coalesce(max(said_at) FILTER (WHERE direction = 'inbound'), 0) AS last_inbound_at,
       coalesce(max(said_at) FILTER (WHERE direction = 'inbound' OR (direction = 'outbound' AND NOT automatic AND NOT EXISTS (
         SELECT 1 FROM outbox o WHERE o.message_id = messages.id AND (o.counts_later <> 0 OR o.unsaid)))), 0) AS last_message_at
FROM messages WHERE case_id = $1;

-- name: merge_last_words
SELECT body FROM messages WHERE case_id = $1 AND direction = 'inbound' ORDER BY said_at DESC, id DESC LIMIT 1;
