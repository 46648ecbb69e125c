-- name: search_key
SELECT key AS value FROM search_docs WHERE id = $1;

-- name: search_message
SELECT case_id, body FROM messages WHERE id = $1;

-- name: search_first_message
SELECT body FROM messages WHERE case_id = $1 ORDER BY said_at, id LIMIT 1;
