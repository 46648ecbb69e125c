-- Message-IDs and who has a part in a case. Mails as they came: mails.sql.

-- name: thread_find
SELECT message_id, COALESCE(case_id, (SELECT m.case_id FROM messages m WHERE m.id = mail_ids.message_id)) AS case_id FROM mail_ids
WHERE own = $2 AND key = $1 ORDER BY message_id DESC LIMIT 1;

-- name: thread_put
INSERT INTO mail_ids (own, key, message_id, case_id)
SELECT CAST($3 AS BOOLEAN), CAST($1 AS BIGINT), id, case_id FROM messages WHERE id = $2
ON CONFLICT DO NOTHING;

-- name: thread_put_in
-- Where the case is known.
INSERT INTO mail_ids (own, key, message_id, case_id) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING;

-- name: thread_is_customers
SELECT count(*) AS value FROM cases c JOIN contacts k ON k.customer_id = c.customer_id
WHERE c.id = $1 AND k.kind = 'email' AND k.value_key = $2;

-- name: thread_is_staffs
SELECT count(*) AS value FROM users WHERE email_key = $1 AND removed_at IS NULL;

-- name: thread_wrote
-- Or was written to: in their mails, or in ours.
SELECT (SELECT count(*) FROM messages m JOIN mail_people p ON p.message_id = m.id WHERE m.case_id = $1 AND p.address_key = $2) +
  (SELECT count(*) FROM messages m JOIN deliveries d ON d.message_id = m.id WHERE m.case_id = $1 AND d.address_key = $2) AS value;
