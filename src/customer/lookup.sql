-- Looking customers up by what somebody typed, and finding those who may be the same person.

-- name: lookup_by_external
SELECT id FROM customers WHERE external_id = $1 AND merged_into IS NULL;

-- Ranges are half open: from $1 up to $2.
-- name: lookup_by_contact
SELECT customer_id AS id FROM contacts
WHERE value_key >= $1 AND value_key < $2 AND kind <> 'email'
ORDER BY value_key, id LIMIT $3;

-- name: lookup_by_email
SELECT customer_id AS id FROM contacts
WHERE value_key >= $1 AND value_key < $2 AND kind = 'email'
ORDER BY value_key, id LIMIT $3;

-- name: lookup_by_name
SELECT id FROM customers
WHERE name_key >= $1 AND name_key < $2 AND name_key <> '' AND merged_into IS NULL
ORDER BY name_key, id LIMIT $3;

-- The customer of a case found by words, when all the words are in the name.
-- name: lookup_of_case
SELECT c.id, c.name_key FROM cases k JOIN customers c ON c.id = k.customer_id WHERE k.id = $1;

-- name: lookup_newest
SELECT id FROM customers WHERE id < $1 AND merged_into IS NULL ORDER BY id DESC LIMIT $2;

-- name: duplicate_keys
SELECT name_key FROM customers WHERE id = $1;

-- name: duplicate_contacts
SELECT kind, value_key FROM contacts WHERE customer_id = $1 AND kind IN ('email', 'phone') ORDER BY id LIMIT 50;

-- name: duplicate_by_phone
SELECT k.customer_id AS id, CASE WHEN c.name_key = $2 AND c.name_key <> '' THEN 1 ELSE 0 END AS same_name
FROM contacts k JOIN customers c ON c.id = k.customer_id
WHERE k.kind <> 'email' AND k.kind = 'phone' AND k.value_key = $1 AND k.customer_id <> $3
ORDER BY k.id LIMIT 50;

-- name: duplicate_by_name
SELECT id FROM customers WHERE name_key = $1 AND name_key <> '' AND merged_into IS NULL AND id <> $2 ORDER BY id LIMIT 50;

-- Addresses within any of fourteen ranges, both ends included; an unused one is empty.
-- name: duplicate_by_ranges
WITH v(lo, hi) AS (VALUES (CAST($3 AS TEXT), CAST($4 AS TEXT)), (CAST($5 AS TEXT), CAST($6 AS TEXT)), (CAST($7 AS TEXT), CAST($8 AS TEXT)), (CAST($9 AS TEXT), CAST($10 AS TEXT)), (CAST($11 AS TEXT), CAST($12 AS TEXT)), (CAST($13 AS TEXT), CAST($14 AS TEXT)), (CAST($15 AS TEXT), CAST($16 AS TEXT)), (CAST($17 AS TEXT), CAST($18 AS TEXT)), (CAST($19 AS TEXT), CAST($20 AS TEXT)), (CAST($21 AS TEXT), CAST($22 AS TEXT)), (CAST($23 AS TEXT), CAST($24 AS TEXT)), (CAST($25 AS TEXT), CAST($26 AS TEXT)), (CAST($27 AS TEXT), CAST($28 AS TEXT)), (CAST($29 AS TEXT), CAST($30 AS TEXT)))
SELECT k.customer_id AS id, k.value_key FROM v JOIN contacts k ON k.kind = 'email' AND k.value_key >= v.lo AND k.value_key <= v.hi
WHERE k.customer_id <> $1
LIMIT $2;
