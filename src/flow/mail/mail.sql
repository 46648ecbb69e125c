-- What filing mail asks across capabilities.

-- name: mail_case_by_external
SELECT id AS value FROM cases WHERE external_id = $1;

-- name: mail_staff
SELECT id AS value FROM users WHERE email_key = $1 AND removed_at IS NULL;

-- name: mail_customer
SELECT count(*) AS value FROM contacts WHERE value_key = $1 AND kind = 'email';

-- name: mail_customer_address
SELECT k.value FROM cases c JOIN contacts k ON k.customer_id = c.customer_id WHERE c.id = $1 AND k.kind = 'email' ORDER BY k.id LIMIT 1;

-- name: mail_message_refs
SELECT m.ref, c.ref AS case_ref FROM messages m JOIN cases c ON c.id = m.case_id WHERE m.id = $1;

-- name: mail_taken_back_files
SELECT a.ref, a.name, a.media_type, a.size FROM messages m JOIN attachments a ON a.case_id = m.case_id AND a.message_id = m.id WHERE m.id = $1 ORDER BY a.id;

-- name: mail_taken_back_promises
SELECT p.id FROM messages m JOIN promises p ON p.case_id = m.case_id WHERE m.id = $1 AND p.message_id = m.id AND p.state = 'open' AND p.due_at > $2 ORDER BY p.id;

-- name: mail_written_version
-- The version the case came to with it, among its event's facts. None where that was another case, before a merge.
SELECT facts FROM events WHERE case_id = $1 AND subject_id = $2 AND kind IN ('message.sent', 'message.written') ORDER BY id LIMIT 1;

-- name: mail_moments
-- What it did bears the time at which it was written, or left.
SELECT logged_at, said_at FROM messages WHERE id = $1;

-- name: mail_taken_back_letter
-- Among the final responses are those that were sent.
DELETE FROM letters WHERE case_id = $1 AND message_id = $2;

-- name: mail_sent_to
SELECT d.message_id AS value FROM deliveries d JOIN messages m ON m.id = d.message_id
WHERE m.case_id = $1 AND d.address_key = $2 ORDER BY d.id DESC LIMIT 1;

-- name: mail_customer_lang
SELECT u.lang AS value FROM cases c JOIN customers u ON u.id = c.customer_id WHERE c.id = $1;

-- name: mail_author
SELECT COALESCE(m.author_id, c.owner_id) AS value FROM messages m JOIN cases c ON c.id = m.case_id
WHERE m.id = $1 AND COALESCE(m.author_id, c.owner_id) IS NOT NULL;

-- name: mail_words
SELECT body FROM messages WHERE id = $1;

-- name: mail_answered_words
-- The customer's, or of whoever reads it now: others in the case (a case merged into it, somebody copied) wrote to us, not to them.
SELECT m.body, m.said_at, m.author_name FROM messages m LEFT JOIN mail_people p ON p.message_id = m.id AND p.role = 'from'
WHERE m.case_id = $1 AND m.id < $2 AND m.direction = 'inbound' AND NOT m.automatic AND (p.address_key IN (SELECT d.address_key FROM deliveries d WHERE d.message_id = $2) OR
  p.address_key IN (SELECT k.value_key FROM cases c JOIN contacts k ON k.customer_id = c.customer_id WHERE c.id = $1 AND k.kind = 'email') OR
  (p.message_id IS NULL AND NOT EXISTS (SELECT 1 FROM merges g WHERE g.kind = 'case' AND g.target_id = $1 AND g.undone_at IS NULL)))
ORDER BY m.id DESC LIMIT 1;

-- name: mail_files
-- content_id: it stands in the words (flow/mail/pictures.h)
SELECT a.name, a.media_type, a.hash, i.content_id FROM attachments a LEFT JOIN mail_inline i ON i.message_id = a.message_id AND i.attachment_id = a.id
WHERE a.message_id = $1 ORDER BY a.id LIMIT 200;
