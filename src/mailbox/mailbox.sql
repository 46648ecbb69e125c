-- Mailboxes. What came through them: mails.sql.

-- name: mailbox_by_id
SELECT b.*, t.ref AS team_ref, t.name AS team_name FROM mailboxes b LEFT JOIN teams t ON t.id = b.team_id WHERE b.id = $1;

-- name: mailbox_by_ref
SELECT b.*, t.ref AS team_ref, t.name AS team_name FROM mailboxes b LEFT JOIN teams t ON t.id = b.team_id WHERE b.ref = $1;

-- name: mailbox_list
SELECT b.*, t.ref AS team_ref, t.name AS team_name FROM mailboxes b LEFT JOIN teams t ON t.id = b.team_id
WHERE b.removed_at IS NULL ORDER BY b.address_key LIMIT 1000;

-- name: mailbox_insert
INSERT INTO mailboxes (ref, address, address_key, also, name, team_id, signature, acknowledge, ack_subject, ack_body, when_closed, when_unknown, trusted, plus, max_mb, imap, smtp, paused, created_at, external_ids, auth_server,
  staff_answers, language)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- name: mailbox_servers_put
-- What is written here nobody changed: the version stays.
UPDATE mailboxes SET imap = $3, smtp = $4 WHERE id = $1 AND version = $2;

-- name: mailbox_update
UPDATE mailboxes SET address = $3, address_key = $4, also = $5, name = $6, team_id = $7, signature = $8, acknowledge = $9, ack_subject = $10, ack_body = $11,
  when_closed = $12, when_unknown = $13, trusted = $14, plus = $15, max_mb = $16, imap = $17, smtp = $18, paused = $19, removed_at = $20, external_ids = $21, auth_server = $22,
  staff_answers = $23, language = $24, version = version + 1
WHERE id = $1 AND version = $2;
