-- Every mail as it came, and what became of it. Mailboxes: mailbox.sql; threads: thread.sql.

-- name: mail_insert
INSERT INTO mails (ref, mailbox_id, identity, way, state, size, cut, blob, envelope_from, envelope_to, kept_at)
VALUES ($1, $2, $3, $4, 'kept', $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- name: mail_insert_filed
INSERT INTO mails (ref, mailbox_id, identity, way, state, size, cut, blob, envelope_from, envelope_to, kept_at, filed_at, kind, message_id)
VALUES ($1, $2, $3, $4, 'filed', $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- name: mail_known
SELECT id AS value FROM mails WHERE mailbox_id = $1 AND identity = $2;

-- name: mail_bytes_insert
INSERT INTO mail_bytes (mail_id, bytes) VALUES ($1, $2);

-- name: mail_count
INSERT INTO mail_counts (mailbox_id, day, n_seen, n_known, n_filed, n_set_aside) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (mailbox_id, day) DO UPDATE SET n_seen = mail_counts.n_seen + $3, n_known = mail_counts.n_known + $4,
  n_filed = mail_counts.n_filed + $5, n_set_aside = mail_counts.n_set_aside + $6;

-- name: mails_to_file
SELECT m.id, m.ref, m.mailbox_id, m.way, m.state, m.size, m.cut, m.blob, m.envelope_from, m.envelope_to, m.attempts, m.admitted, m.kept_at, b.bytes
FROM mails m LEFT JOIN mail_bytes b ON b.mail_id = m.id
WHERE m.state = 'kept' AND m.id > $1 ORDER BY m.id LIMIT $2;

-- name: mail_by_ref
SELECT m.id, m.ref, m.mailbox_id, m.way, m.state, m.size, m.cut, m.blob, m.envelope_from, m.envelope_to, m.attempts, m.admitted, m.kept_at, b.bytes
FROM mails m LEFT JOIN mail_bytes b ON b.mail_id = m.id WHERE m.ref = $1;

-- name: mail_by_id
SELECT m.id, m.ref, m.mailbox_id, m.way, m.state, m.size, m.cut, m.blob, m.envelope_from, m.envelope_to, m.attempts, m.admitted, m.kept_at, b.bytes
FROM mails m LEFT JOIN mail_bytes b ON b.mail_id = m.id WHERE m.id = $1;

-- name: mail_attempt
UPDATE mails SET attempts = attempts + 1 WHERE id = $1 AND state = 'kept';

-- name: mail_attempt_over
UPDATE mails SET attempts = attempts - 1 WHERE id = $1 AND state = 'kept' AND attempts > 0;

-- name: mail_filed
UPDATE mails SET state = 'filed', reason = NULL, filed_at = $2, kind = $3, message_id = $4 WHERE id = $1 AND state = 'kept';

-- name: mail_set_aside
UPDATE mails SET state = $2, reason = $3, filed_at = $4, kind = $5, sender = $6, subject = $7 WHERE id = $1 AND state = 'kept';

-- name: mail_retry
UPDATE mails SET state = 'kept', reason = NULL, attempts = 0, filed_at = NULL, admitted = TRUE WHERE id = $1 AND state IN ('set_aside', 'waiting')
RETURNING mailbox_id AS value;

-- name: mail_retry_all
UPDATE mails SET state = 'kept', reason = NULL, attempts = 0, filed_at = NULL WHERE state = 'set_aside';

-- name: mail_tried_by
SELECT value FROM settings WHERE name = 'mail_tried_by';

-- name: mail_tried_by_put
INSERT INTO settings (name, value) VALUES ('mail_tried_by', $1) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value;

-- name: mail_state_counts
-- By the two partial indexes: what is filed is not walked over.
SELECT state, CAST(count(*) AS BIGINT) AS n FROM mails
WHERE state = 'kept' AND (CAST($1 AS BIGINT) < 0 OR mailbox_id = $1) GROUP BY state
UNION ALL
SELECT state, CAST(count(*) AS BIGINT) AS n FROM mails
WHERE state IN ('set_aside', 'waiting') AND (CAST($1 AS BIGINT) < 0 OR mailbox_id = $1) GROUP BY state;

-- name: mail_day_counts
SELECT day, CAST(sum(n_seen) AS BIGINT) AS n_seen, CAST(sum(n_known) AS BIGINT) AS n_known, CAST(sum(n_filed) AS BIGINT) AS n_filed, CAST(sum(n_set_aside) AS BIGINT) AS n_set_aside
FROM mail_counts WHERE CAST($1 AS BIGINT) < 0 OR mailbox_id = $1
GROUP BY day ORDER BY day DESC;

-- name: mails_aside
SELECT m.id, m.ref, m.state, m.reason, m.size, m.kept_at, m.way, COALESCE(m.sender, m.envelope_from) AS sender, m.subject, m.kind, m.attempts, b.address
FROM mails m LEFT JOIN mailboxes b ON b.id = m.mailbox_id
WHERE m.state IN ('set_aside', 'waiting') AND (CAST($1 AS BIGINT) < 0 OR m.mailbox_id = $1)
ORDER BY m.id DESC LIMIT $2;

-- name: mail_folder_list
SELECT f.name, f.uidvalidity, f.last_uid, f.n_server, f.n_here, f.checked_at, f.error, f.error_at, b.address
FROM mail_folders f JOIN mailboxes b ON b.id = f.mailbox_id
WHERE CAST($1 AS BIGINT) < 0 OR f.mailbox_id = $1 ORDER BY b.address_key, f.name;

-- name: mail_count_between
SELECT count(*) FILTER (WHERE state = 'filed') AS n_filed, count(*) FILTER (WHERE state IN ('set_aside', 'waiting')) AS n_aside
FROM mails WHERE id >= $1 AND id <= $2 AND way = $3;

-- name: mail_count_stuck
-- What waits for a person: mail that is not filed, mail that is not sent. Up to $1 of each; each from its own small index.
SELECT (SELECT count(*) FROM (SELECT 1 AS one FROM mails WHERE state IN ('set_aside', 'waiting') LIMIT $1) AS a)
     + (SELECT count(*) FROM (SELECT 1 AS one FROM outbox WHERE state IN ('queued', 'sending', 'uncertain', 'failed') AND state IN ('uncertain', 'failed') LIMIT $1) AS b)
     + (SELECT count(*) FROM (SELECT 1 AS one FROM outbox WHERE refusal_open LIMIT $1) AS c) AS value;
