-- name: takeback_one
SELECT remedy_id, state, reason, asked_by, asked_at, attempts, tried_at, accepted_at, fault, answer, reference FROM remedy_takebacks WHERE remedy_id = $1;

-- name: takeback_ask
INSERT INTO remedy_takebacks (remedy_id, state, reason, asked_by, asked_at) VALUES ($1, 'asked', $2, $3, $4)
ON CONFLICT (remedy_id) DO UPDATE SET state = 'asked', reason = excluded.reason, asked_by = excluded.asked_by, asked_at = excluded.asked_at, accepted_at = NULL, fault = NULL, answer = NULL;

-- name: takeback_fail
UPDATE remedy_takebacks SET state = 'failed', fault = $2, answer = COALESCE(CAST($3 AS TEXT), answer) WHERE remedy_id = $1 AND state = 'asked';

-- name: takeback_close
UPDATE remedy_takebacks SET state = 'done', fault = NULL, reference = COALESCE(CAST($2 AS TEXT), reference), answer = COALESCE(CAST($3 AS TEXT), answer) WHERE remedy_id = $1;

-- Whoever looked at it before looks again.
-- name: takeback_remedy_turns
UPDATE remedies SET version = version + 1, changed_at = $3 WHERE id = $1 AND version = $2 AND state = 'done';
