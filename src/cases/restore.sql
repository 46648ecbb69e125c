-- What a life lived elsewhere needs beyond intake and change.

-- name: restore_life
UPDATE cases SET ref = $2, customer_id = COALESCE(CAST($3 AS BIGINT), customer_id), logged_at = $4, stage_at = $5, changed_at = $6,
       n_reopened = $7, waiting = $8, n_messages = $9, last_inbound_at = $10, last_message_at = $11, snippet = $12, due_at = $13, due_kind = $14,
       merged_into = $15, is_open = $16, soon_at = $17
WHERE id = $1;

-- name: restore_marks
UPDATE cases SET facts = $2, external_hash = $3 WHERE id = $1;

-- name: restore_hash
UPDATE cases SET external_hash = $2 WHERE id = $1;

-- name: restore_first_words
SELECT id, body FROM messages WHERE case_id = $1 AND direction = 'inbound' ORDER BY said_at, id LIMIT 1;

-- name: restore_reword
UPDATE messages SET body = $2 WHERE id = $1;

