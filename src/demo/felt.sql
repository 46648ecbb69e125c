-- Asked without the jobs that would ask: the demo's clock is its own.

-- name: felt_asked_insert
INSERT INTO survey_asked (ref, survey_id, case_id, customer_id, owner_id, team_id, state, lang, made_at, due_at, sent_at, ends_at)
VALUES ($1, $2, $3, $4, $5, $6, 'sent', 'en', $7, $8, $8, $9)
ON CONFLICT (ref) DO NOTHING
RETURNING id AS value;

-- name: felt_asked_expired
UPDATE survey_asked SET state = 'expired' WHERE id = $1;

-- name: felt_follow_up_insert
INSERT INTO follow_ups (ref, case_id, customer_id, owner_id, team_id, state, made_at, due_at, asked_at, ends_at, answered_at, words)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;
