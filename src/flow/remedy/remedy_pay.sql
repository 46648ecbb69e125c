-- name: remedy_pay_about
SELECT c.ref AS case_ref, c.external_id AS case_external_id, cu.ref AS customer_ref, cu.external_id AS customer_external_id
FROM cases c LEFT JOIN customers cu ON cu.id = c.customer_id WHERE c.id = $1;

-- One more attempt of what is being done already.
-- name: remedy_pay_again
UPDATE remedies SET attempts = attempts + 1, tried_at = $2 WHERE id = $1 AND state = 'doing';

-- name: remedy_pay_waits
UPDATE remedies SET fault = $2, answer = $3 WHERE id = $1 AND state = 'doing';

-- name: remedy_pay_accepted
UPDATE remedies SET fault = $2, answer = $3, accepted_at = $4 WHERE id = $1 AND state = 'doing';
