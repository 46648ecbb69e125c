-- name: promising_message
SELECT id, body FROM messages WHERE ref = $1 AND case_id = $2 AND direction = 'outbound';
