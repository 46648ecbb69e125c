-- "Is it still right?"

-- name: follow_up_by_id
SELECT id, ref, case_id, customer_id, owner_id, team_id, state, reason, made_at, due_at, asked_at, ends_at, answered_at, message_id FROM follow_ups WHERE id = $1;

-- name: follow_up_by_ref
SELECT id, ref, case_id, customer_id, owner_id, team_id, state, reason, made_at, due_at, asked_at, ends_at, answered_at, message_id FROM follow_ups WHERE ref = $1;

-- name: follow_up_asked_of
SELECT id, ref, case_id, customer_id, owner_id, team_id, state, reason, made_at, due_at, asked_at, ends_at, answered_at, message_id FROM follow_ups WHERE case_id = $1 AND state = 'asked';

-- name: follow_up_insert
-- No row: the customer has been asked already, or the ref is taken.
INSERT INTO follow_ups (ref, case_id, customer_id, state, made_at, due_at)
SELECT $1, CAST($2 AS BIGINT), CAST($3 AS BIGINT), 'waiting', CAST($4 AS BIGINT), CAST($5 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM follow_ups WHERE ref = $1)
ON CONFLICT (case_id) WHERE state IN ('waiting', 'asked') DO UPDATE SET due_at = excluded.due_at WHERE follow_ups.state = 'waiting'
RETURNING id AS value;

-- name: follow_up_move
UPDATE follow_ups SET due_at = $2 WHERE case_id = $1 AND state = 'waiting' AND due_at <> $2 RETURNING id AS value;

-- name: follow_up_asked
UPDATE follow_ups SET state = 'asked', customer_id = (SELECT c.customer_id FROM cases c WHERE c.id = follow_ups.case_id), message_id = $2, owner_id = $3, team_id = $4, asked_at = $5, ends_at = $6 WHERE id = $1 AND state = 'waiting';

-- name: follow_up_not_asked
UPDATE follow_ups SET state = 'not_asked', reason = $2 WHERE id = $1 AND state = 'waiting';

-- name: follow_up_taken_back
UPDATE follow_ups SET state = 'not_asked', reason = 'taken_back' WHERE case_id = $1 AND state = 'waiting' AND made_at = $2;

-- name: follow_up_answered
UPDATE follow_ups SET state = $2, words = $3, answered_at = $4 WHERE id = $1 AND state = 'asked' AND ends_at > $4;

-- name: follow_up_silent
UPDATE follow_ups SET state = 'silent' WHERE id = $1 AND state = 'asked';

-- name: follow_up_list
SELECT f.id, f.ref, f.state, c.ref AS case_ref, c.subject, k.ref AS customer_ref, k.name AS customer_name, u.ref AS owner_ref, u.name AS owner_name, f.asked_at, f.answered_at, f.words
FROM follow_ups f JOIN cases c ON c.id = f.case_id LEFT JOIN customers k ON k.id = f.customer_id LEFT JOIN users u ON u.id = f.owner_id
WHERE f.asked_at >= $1 AND f.asked_at < $2 AND (CAST($3 AS TEXT) IS NULL OR f.state = $3) AND (CAST($4 AS BIGINT) = 0 OR f.team_id = $4) AND (f.asked_at, f.id) < ($5, $6)
ORDER BY f.asked_at DESC, f.id DESC LIMIT $7;
