-- What goes out by mail. The words themselves are a case's messages.

-- name: outbox_insert
INSERT INTO outbox (ref, message_id, mailbox_id, state, automatic, quote, due_at, undo_until, made_at, html, text, unsubscribe, counts_later, then_stage)
VALUES ($1, $2, $3, 'queued', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- name: outbox_delivery_insert
INSERT INTO deliveries (outbox_id, message_id, address, address_key, role, state, automatic, changed_at) VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7);

-- name: outbox_by_id
SELECT o.id, o.ref, o.message_id, m.case_id, o.mailbox_id, o.state, o.automatic, o.quote, o.due_at, o.undo_until, o.attempts, o.made_at, o.html, o.text, o.unsubscribe, o.counts_later, o.then_stage
FROM outbox o JOIN messages m ON m.id = o.message_id WHERE o.id = $1;

-- name: outbox_by_ref
SELECT o.id, o.ref, o.message_id, m.case_id, o.mailbox_id, o.state, o.automatic, o.quote, o.due_at, o.undo_until, o.attempts, o.made_at, o.html, o.text, o.unsubscribe, o.counts_later, o.then_stage
FROM outbox o JOIN messages m ON m.id = o.message_id WHERE o.ref = $1;

-- name: outbox_recipients
SELECT address, role, state FROM deliveries WHERE outbox_id = $1 ORDER BY id;

-- name: outbox_begin
UPDATE outbox SET state = 'sending', attempts = attempts + 1, counts_later = 0, version = version + 1 WHERE id = $1 AND state = 'queued' AND due_at <= $2;

-- name: outbox_was_cut_off
UPDATE outbox SET state = 'uncertain', words = $2, version = version + 1 WHERE id = $1 AND state = 'sending';

-- name: outbox_end
UPDATE outbox SET state = $2, queue_id = COALESCE($3, queue_id), words = $4, due_at = $5, sent_at = $6, n_refused = $7, refusal_open = $8, version = version + 1
WHERE id = $1 AND state = 'sending';

-- name: outbox_delivery_counts
SELECT count(*) FILTER (WHERE state IN ('sent', 'delivered', 'bounced')) AS n_sent, count(*) FILTER (WHERE state = 'failed') AS n_failed FROM deliveries WHERE outbox_id = $1;

-- name: outbox_delivery_end
UPDATE deliveries SET state = $3, code = $4, words = $5, changed_at = $6 WHERE outbox_id = $1 AND address = $2 AND state = 'queued';

-- name: outbox_deliveries_fail
UPDATE deliveries SET state = 'failed', words = $2, changed_at = $3 WHERE outbox_id = $1 AND state = 'queued';

-- name: outbox_withdraw
UPDATE outbox SET state = 'withdrawn', version = version + 1 WHERE id = $1 AND state IN ('queued', 'failed', 'uncertain');

-- name: outbox_unsaid
UPDATE outbox SET unsaid = TRUE WHERE id = $1 AND state = 'withdrawn';

-- name: outbox_leave
-- It reached the others, and that is enough.
UPDATE outbox SET refusal_open = FALSE, version = version + 1 WHERE id = $1 AND state = 'sent' AND refusal_open;

-- name: outbox_deliveries_withdraw
UPDATE deliveries SET state = 'withdrawn', changed_at = $2 WHERE outbox_id = $1 AND state IN ('queued', 'failed');

-- name: outbox_retry
UPDATE outbox SET state = 'queued', due_at = $2, attempts = 0, n_refused = 0, refusal_open = FALSE, version = version + 1
WHERE id = $1 AND (state IN ('failed', 'uncertain') OR (state = 'sent' AND n_refused > 0));

-- name: outbox_deliveries_retry
UPDATE deliveries SET state = 'queued', code = NULL, words = NULL, changed_at = $2 WHERE outbox_id = $1 AND state = 'failed';

-- name: outbox_arrived
UPDATE outbox SET state = 'sent', sent_at = $2, version = version + 1 WHERE id = $1 AND state = 'uncertain';

-- name: outbox_deliveries_arrived
UPDATE deliveries SET state = 'sent', changed_at = $2 WHERE outbox_id = $1 AND state = 'queued';

-- name: outbox_delivery_bounced
UPDATE deliveries SET state = 'bounced', words = $3, changed_at = $4 WHERE message_id = $1 AND address_key = $2 AND state IN ('sent', 'delivered', 'queued');

-- name: outbox_delivery_delivered
UPDATE deliveries SET state = 'delivered', words = $3, changed_at = $4 WHERE message_id = $1 AND address_key = $2 AND state = 'sent';

-- name: outbox_case_of
SELECT case_id AS value FROM messages WHERE id = $1;

-- name: undeliverable_put
INSERT INTO undeliverable (address_key, since, reason, message_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (address_key) DO UPDATE SET since = $2, reason = $3, message_id = $4;

-- name: undeliverable_is
SELECT count(*) AS value FROM undeliverable WHERE address_key = $1;

-- name: undeliverable_of_case
-- Of those we wrote to in it, and of its customer; from the case's side, and in no order: an address may come twice.
SELECT u.address_key, u.since, u.reason FROM messages m JOIN deliveries d ON d.message_id = m.id JOIN undeliverable u ON u.address_key = d.address_key
WHERE m.case_id = $1
UNION ALL
SELECT u.address_key, u.since, u.reason FROM cases c JOIN contacts k ON k.customer_id = c.customer_id JOIN undeliverable u ON u.address_key = k.value_key
WHERE c.id = $1 AND k.kind = 'email'
LIMIT 1000;

-- name: undeliverable_of_customer
SELECT u.address_key, u.since, u.reason FROM contacts k JOIN undeliverable u ON u.address_key = k.value_key
WHERE k.customer_id = $1 AND k.kind = 'email' ORDER BY u.address_key LIMIT 100;

-- name: undeliverable_remove
DELETE FROM undeliverable WHERE address_key = $1;

-- name: outbox_automatic_count
SELECT count(*) AS value FROM deliveries WHERE automatic AND address_key = $1 AND changed_at >= $2;

-- name: outbox_of_case
-- then_stage: as long as it will be so: the same conditions as in message_written (cases/message.sql), and stage_still_fits() of whoever shows it.
SELECT m.ref AS message_ref, o.id, o.ref, CASE WHEN o.state = 'sent' AND o.n_refused > 0 THEN 'partly_sent' ELSE o.state END AS state, o.refusal_open, o.due_at, o.undo_until,
  o.queue_id, o.words, o.attempts, o.sent_at, CASE WHEN o.then_stage IS NOT NULL AND o.state = 'queued' AND o.counts_later <> 0
    AND EXISTS (SELECT 1 FROM events e WHERE e.case_id = m.case_id AND e.subject_id = m.id AND e.kind = 'message.written')
    AND NOT EXISTS (SELECT 1 FROM messages i WHERE i.case_id = m.case_id AND i.direction = 'inbound' AND NOT i.automatic AND i.logged_at > m.logged_at) THEN o.then_stage END AS then_stage
FROM messages m JOIN outbox o ON o.message_id = m.id WHERE m.case_id = $1 AND m.id <= $2 ORDER BY o.id DESC LIMIT 2000;

-- name: outbox_deliveries_of_case
SELECT * FROM (SELECT d.id, m.ref AS message_ref, d.address, d.role, d.state, d.code, d.words, d.changed_at
FROM messages m JOIN deliveries d ON d.message_id = m.id WHERE m.case_id = $1 AND m.id <= $2 ORDER BY d.id DESC LIMIT 20000) AS newest ORDER BY id;

-- name: outbox_unfinished
SELECT o.ref, CASE WHEN o.state = 'sent' THEN 'partly_sent' ELSE o.state END AS state, o.words, o.due_at, o.attempts, o.made_at, c.ref AS case_ref, c.subject,
  (SELECT count(*) FROM deliveries d WHERE d.outbox_id = o.id) AS n_recipients,
  (SELECT min(d.address) FROM deliveries d WHERE d.outbox_id = o.id AND (o.state <> 'sent' OR d.state = 'failed')) AS address
FROM outbox o JOIN messages m ON m.id = o.message_id JOIN cases c ON c.id = m.case_id
WHERE o.state IN ('queued', 'sending', 'uncertain', 'failed') OR o.refusal_open
ORDER BY CASE o.state WHEN 'uncertain' THEN 0 WHEN 'failed' THEN 1 WHEN 'sent' THEN 1 ELSE 2 END, o.due_at, o.id LIMIT $1;
