-- A system of the house takes back what it did.

-- name: remedy_takeback_tried
UPDATE remedy_takebacks SET attempts = attempts + 1, tried_at = $2 WHERE remedy_id = $1 AND state = 'asked';

-- name: remedy_takeback_waits
UPDATE remedy_takebacks SET fault = $2, answer = $3 WHERE remedy_id = $1 AND state = 'asked';

-- name: remedy_takeback_accepted
UPDATE remedy_takebacks SET fault = $2, answer = $3, accepted_at = $4 WHERE remedy_id = $1 AND state = 'asked';
