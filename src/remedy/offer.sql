-- Offers: what is laid before a customer at once.

-- name: offer_one
SELECT o.id, o.ref, o.case_id, o.customer_id, o.made_by, o.state, o.direct, o.words, o.days, o.currency, o.n_options, o.chosen, o.counts_minor, o.period_id, o.held_minor, o.made_at, o.sent_at,
  o.expires_at, o.decided_at, o.version, o.message_id, c.ref AS case_ref
FROM offers o JOIN cases c ON c.id = o.case_id WHERE o.ref = CAST($1 AS TEXT) OR o.id = CAST($2 AS BIGINT);

-- name: offer_open_of_case
SELECT o.id, o.ref, o.case_id, o.customer_id, o.made_by, o.state, o.direct, o.words, o.days, o.currency, o.n_options, o.chosen, o.counts_minor, o.period_id, o.held_minor, o.made_at, o.sent_at,
  o.expires_at, o.decided_at, o.version, o.message_id, c.ref AS case_ref
FROM offers o JOIN cases c ON c.id = o.case_id
WHERE o.case_id = $1 AND (o.state = 'open' OR (o.state = 'chosen' AND NOT EXISTS (SELECT 1 FROM remedies r WHERE r.offer_id = o.id AND r.state IN ('doing', 'done', 'failed', 'reversed'))))
ORDER BY o.id DESC LIMIT 1;

-- name: offer_of_message
SELECT o.id, o.ref, o.case_id, o.customer_id, o.made_by, o.state, o.direct, o.words, o.days, o.currency, o.n_options, o.chosen, o.counts_minor, o.period_id, o.held_minor, o.made_at, o.sent_at,
  o.expires_at, o.decided_at, o.version, o.message_id, c.ref AS case_ref
FROM offers o JOIN cases c ON c.id = o.case_id WHERE o.message_id = $1 ORDER BY o.id DESC LIMIT 1;

-- name: offer_said
UPDATE offers SET message_id = $2 WHERE id = $1;

-- name: offer_insert
INSERT INTO offers (ref, case_id, customer_id, made_by, state, direct, words, days, currency, n_options, made_at)
VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8, $9, $10)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: offer_remedy_insert
INSERT INTO remedies (ref, offer_id, option_n, case_id, type_id, kind, state, amount_minor, asked_minor, currency, goodwill, words, reason, done_by, hook_id, team_id, made_by, made_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, 'proposed', $7, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: offer_step
UPDATE offers SET state = $3, chosen = $4, counts_minor = $5, period_id = $6, held_minor = $7, sent_at = $8, expires_at = $9, decided_at = $10, version = version + 1
WHERE id = $1 AND version = $2;

-- name: offer_move
UPDATE offers SET case_id = $2 WHERE id = $1;

-- name: offer_move_remedies
UPDATE remedies SET case_id = $2 WHERE offer_id = $1;

-- name: offer_move_approvals
UPDATE approvals SET case_id = $2 WHERE remedy_id IN (SELECT r.id FROM remedies r WHERE r.offer_id = $1);

-- name: offer_account
UPDATE offers SET counts_minor = counts_minor + CAST($2 AS BIGINT), held_minor = held_minor + CAST($3 AS BIGINT) WHERE id = $1;

-- name: offer_approvals_end
UPDATE approvals SET state = 'withdrawn', decided_at = $2, version = version + 1
WHERE state = 'waiting' AND remedy_id IN (SELECT r.id FROM remedies r WHERE r.offer_id = $1);
