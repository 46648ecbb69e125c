-- What a message of a case is as a mail. The mail as it came: mails.sql; what goes out: outbox.sql.

-- name: mail_head_insert
INSERT INTO mail_heads (message_id, mailbox_id, internet_id, in_reply_to, references_, subject, sent_at, thread_index, thread_topic, kind, routing, auth, crypto, problems, words, spans, html, cut)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: mail_person_insert
INSERT INTO mail_people (message_id, place, role, name, address, address_key) VALUES ($1, $2, $3, $4, $5, $6);

-- name: mail_inline_insert
INSERT INTO mail_inline (message_id, content_id, attachment_id)
SELECT CAST($1 AS BIGINT), $2, a.id FROM attachments a WHERE a.message_id = $1 AND a.hash = $3 AND (CAST($4 AS TEXT) IS NULL OR a.name = $4) ORDER BY a.id LIMIT 1
ON CONFLICT DO NOTHING;

-- name: mail_head_html_put
UPDATE mail_heads SET html = $2 WHERE message_id = $1;

-- name: mail_heads_of_case
SELECT m.ref, h.message_id, h.internet_id, h.subject, h.sent_at, h.kind, h.routing, h.auth, h.crypto, h.problems, h.words, h.spans, h.cut,
  h.html IS NOT NULL AS has_html, r.ref AS raw
FROM messages m JOIN mail_heads h ON h.message_id = m.id LEFT JOIN mails r ON r.message_id = m.id
WHERE m.case_id = $1 AND m.id <= $2 ORDER BY m.id DESC LIMIT 2000;

-- name: mail_people_of_case
SELECT p.message_id, p.role, p.name, p.address FROM messages m JOIN mail_people p ON p.message_id = m.id
WHERE m.case_id = $1 AND m.id <= $2 ORDER BY p.message_id DESC, p.place LIMIT 20000;

-- name: mail_head_html
SELECT m.id, m.case_id, h.html FROM messages m JOIN mail_heads h ON h.message_id = m.id WHERE m.ref = $1;

-- name: mail_inline_of
SELECT i.content_id, a.ref FROM mail_inline i JOIN attachments a ON a.id = i.attachment_id WHERE i.message_id = $1 LIMIT 500;

-- name: mail_head_last
-- What an answer goes to: the customer's latest mail; where they never wrote one themselves, the latest of all.
SELECT h.message_id, h.internet_id, h.in_reply_to, h.references_, h.subject, h.thread_index, h.thread_topic, h.mailbox_id
FROM messages m JOIN mail_heads h ON h.message_id = m.id
WHERE m.case_id = $1 AND m.direction = 'inbound' AND h.kind = 'personal'
ORDER BY CASE WHEN EXISTS (SELECT 1 FROM mail_people p JOIN cases c ON c.id = $1 JOIN contacts k ON k.customer_id = c.customer_id AND k.kind = 'email' AND k.value_key = p.address_key
  WHERE p.message_id = m.id AND p.role IN ('from', 'reply_to')) THEN 0 ELSE 1 END, m.id DESC LIMIT 1;

-- name: mail_head_of
SELECT message_id, internet_id, in_reply_to, references_, subject, thread_index, thread_topic, mailbox_id FROM mail_heads WHERE message_id = $1;
