-- What systems of the house report later.

-- name: remedy_callback_keys
SELECT id, sealed FROM remedy_hooks ORDER BY removed_at IS NOT NULL, id LIMIT 100;

-- name: remedy_callback_find
SELECT outcome, words FROM remedy_callbacks WHERE remedy_id = $1 AND signature = $2;

-- name: remedy_callback_add
INSERT INTO remedy_callbacks (remedy_id, signature, at, said, outcome, words, body) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: remedy_callback_note
UPDATE remedies SET fault = $2, answer = $3 WHERE id = $1;
