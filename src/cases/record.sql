-- name: record_message
INSERT INTO messages (ref, case_id, direction, channel, author_id, author_name, body, automatic, said_at, logged_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (ref) DO NOTHING
RETURNING id AS value;

-- name: record_attachment
INSERT INTO attachments (ref, message_id, case_id, name, media_type, size, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;
