-- Customers themselves. Their addresses: contact.sql; merging: merge.sql; search and duplicates: lookup.sql.

-- name: customer_by_id
SELECT c.id, c.ref, c.name, c.lang, c.zone, c.notes, c.segment, c.external_id, c.created_at, c.merged_into, m.ref AS merged_into_ref, c.version
FROM customers c LEFT JOIN customers m ON m.id = c.merged_into
WHERE c.id = $1;

-- name: customer_by_ref
SELECT c.id, c.ref, c.name, c.lang, c.zone, c.notes, c.segment, c.external_id, c.created_at, c.merged_into, m.ref AS merged_into_ref, c.version
FROM customers c LEFT JOIN customers m ON m.id = c.merged_into
WHERE c.ref = $1;

-- name: customer_id_by_ref
SELECT id AS value FROM customers WHERE ref = $1;

-- name: customer_merged_into
SELECT merged_into AS value FROM customers WHERE id = $1 AND merged_into IS NOT NULL;

-- name: customer_update
UPDATE customers SET name = $3, name_key = $4, lang = $5, zone = $6, notes = $7, segment = $8, version = version + 1
WHERE id = $1 AND version = $2 AND merged_into IS NULL;
