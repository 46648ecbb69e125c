-- Who is this? The hot path of every new case: one statement for a known address, three and an event for a new one.

-- name: identity_by_external
SELECT id, name, lang, zone, external_id, merged_into FROM customers WHERE external_id = $1;

-- name: identity_by_id
SELECT id, name, lang, zone, external_id, merged_into FROM customers WHERE id = $1;

-- name: identity_by_email
SELECT c.id, c.name, c.lang, c.zone, c.external_id, c.merged_into
FROM contacts k JOIN customers c ON c.id = k.customer_id
WHERE k.kind = 'email' AND k.value_key = $1;

-- name: identity_by_phone
SELECT c.id, c.name, c.lang, c.zone, c.external_id, c.merged_into
FROM contacts k JOIN customers c ON c.id = k.customer_id
WHERE k.kind <> 'email' AND k.kind = 'phone' AND k.value_key = $1 AND c.name_key = $2
ORDER BY c.id LIMIT 1;

-- A taken ref or external id gives no row: look again.
-- name: identity_insert
INSERT INTO customers (ref, name, name_key, lang, zone, external_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- Made a moment ago in this transaction; somebody else was quicker with the same address.
-- name: identity_discard
DELETE FROM customers WHERE id = $1;

-- Fills what is empty.
-- name: identity_fill
UPDATE customers SET name = CASE WHEN name = '' THEN $2 ELSE name END, name_key = CASE WHEN name = '' THEN $3 ELSE name_key END,
  lang = COALESCE(lang, $4), zone = COALESCE(zone, $5), version = version + 1
WHERE id = $1;

-- name: identity_fill_external
UPDATE customers SET external_id = $2
WHERE id = $1 AND external_id IS NULL AND NOT EXISTS (SELECT 1 FROM customers o WHERE o.external_id = $2);
