-- What filing mail asks across capabilities.

-- name: mail_case_by_external
SELECT id AS value FROM cases WHERE external_id = $1;

-- name: mail_staff
SELECT count(*) AS value FROM users WHERE email_key = $1 AND removed_at IS NULL;

-- name: mail_customer
SELECT count(*) AS value FROM contacts WHERE value_key = $1 AND kind = 'email';

-- name: mail_customer_address
SELECT k.value FROM cases c JOIN contacts k ON k.customer_id = c.customer_id WHERE c.id = $1 AND k.kind = 'email' ORDER BY k.id LIMIT 1;

-- name: mail_user_by_email
SELECT id AS value FROM users WHERE email_key = $1 AND removed_at IS NULL;

-- name: mail_first_message
SELECT id AS value FROM messages WHERE case_id = $1 ORDER BY id LIMIT 1;

-- name: mail_message_refs
SELECT m.ref, c.ref AS case_ref FROM messages m JOIN cases c ON c.id = m.case_id WHERE m.id = $1;

-- name: mail_words
SELECT body FROM messages WHERE id = $1;

-- name: mail_answered_words
SELECT body, said_at, author_name FROM messages WHERE case_id = $1 AND id < $2 AND direction = 'inbound' AND NOT automatic ORDER BY id DESC LIMIT 1;

-- name: mail_files
SELECT name, media_type, hash FROM attachments WHERE message_id = $1 ORDER BY id LIMIT 200;
