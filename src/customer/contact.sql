-- How customers are reached. An address belongs to one customer at most; a number may be shared.

-- name: contact_list
SELECT id, kind, value FROM contacts WHERE customer_id = $1 ORDER BY id LIMIT 200;

-- No row changed: another customer has the address.
-- name: contact_insert_email
INSERT INTO contacts (customer_id, kind, value, value_key, created_at)
VALUES ($1, 'email', $2, $3, $4)
ON CONFLICT DO NOTHING;

-- name: contact_insert_other
INSERT INTO contacts (customer_id, kind, value, value_key, created_at)
VALUES ($1, $2, $3, $4, $5);

-- No row changed: the customer has it already.
-- name: contact_insert_missing
INSERT INTO contacts (customer_id, kind, value, value_key, created_at)
SELECT CAST($1 AS BIGINT), $2, $3, $4, CAST($5 AS BIGINT)
WHERE NOT EXISTS (SELECT 1 FROM contacts WHERE customer_id = $1 AND kind = $2 AND value_key = $4);

-- name: contact_email_owner
SELECT customer_id AS value FROM contacts WHERE kind = 'email' AND value_key = $1;

-- name: contact_count
SELECT count(*) AS value FROM contacts WHERE customer_id = $1;

-- name: contact_delete
DELETE FROM contacts WHERE id = $1 AND customer_id = $2 RETURNING kind;

-- Whoever changes contacts changes the customer's version: a page that shows them goes stale.
-- name: contact_touch
UPDATE customers SET version = version + 1 WHERE id = $1 AND merged_into IS NULL;
