-- Final responses: their rows are only added.

-- name: letter_insert
INSERT INTO letters (ref, case_id, message_id, outcome, lang, subject, body, pages, by_mail, reason, by_id, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: letter_count
SELECT count(*) AS value FROM letters WHERE case_id = $1;

-- name: letter_rows
SELECT l.ref, l.outcome, l.lang, l.subject, l.pages, l.by_mail, l.reason, l.sent_at, u.ref AS by_ref, u.name AS by_name, a.ref AS file
FROM letters l LEFT JOIN users u ON u.id = l.by_id LEFT JOIN attachments a ON a.case_id = l.case_id AND a.message_id = l.message_id
WHERE l.case_id = $1 ORDER BY l.id DESC LIMIT 100;

-- name: letter_by_ref
SELECT l.ref, l.outcome, l.lang, l.subject, l.body, l.pages, l.by_mail, l.reason, l.sent_at, u.ref AS by_ref, u.name AS by_name, a.ref AS file,
       c.ref AS case_ref, c.subject AS case_subject, cu.name AS customer_name
FROM letters l JOIN cases c ON c.id = l.case_id LEFT JOIN customers cu ON cu.id = c.customer_id LEFT JOIN users u ON u.id = l.by_id
LEFT JOIN attachments a ON a.case_id = l.case_id AND a.message_id = l.message_id
WHERE l.ref = $1;
