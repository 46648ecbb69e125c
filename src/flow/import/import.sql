-- Bulk imports: what is known of a row, and the import's own progress.

-- name: import_find_external
SELECT id, external_hash FROM cases WHERE external_id = $1;

-- name: import_find_ref
SELECT id, external_hash FROM cases WHERE ref = $1;

-- name: import_customer_by_ref
SELECT id AS value FROM customers WHERE ref = $1 AND merged_into IS NULL;

-- name: import_customer_name_it
-- A customer who came with this very row gets the ref they had elsewhere, when it is free here.
UPDATE customers SET ref = $2
WHERE id = $1 AND created_at = $3 AND NOT EXISTS (SELECT 1 FROM customers k WHERE k.ref = $2);

-- name: import_team
SELECT id AS value FROM teams WHERE name_key = $1;

-- name: import_contact
INSERT INTO contacts (customer_id, kind, value, value_key, created_at)
SELECT CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT)
WHERE NOT EXISTS (SELECT 1 FROM contacts k WHERE k.kind = $2 AND k.value_key = $4 AND (k.kind = 'email' OR k.customer_id = $1));

-- name: import_start
INSERT INTO imports (ref, file, hash, format, mapping, state, blob, n_bytes, made_by, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
RETURNING id AS value;

-- name: import_unfinished
-- The same file in the same way, begun and not ended: the newest.
SELECT ref AS value FROM imports WHERE hash = $1 AND state <> 'done' AND state <> 'mapping' ORDER BY id DESC LIMIT 1;

-- name: import_by_ref
SELECT i.id, i.ref, i.file, i.hash, i.format, i.mapping, i.state, i.blob, i.n_bytes, i.at_byte, i.at_line, i.n_imported, i.n_updated, i.n_unchanged,
       i.n_rejected, i.rejects, i.rejects_bytes, i.message, i.made_at, i.ended_at, u.ref AS maker_ref, u.name AS maker_name
FROM imports i LEFT JOIN users u ON u.id = i.made_by
WHERE i.ref = $1;

-- name: import_rows
SELECT i.id, i.ref, i.file, i.hash, i.format, i.mapping, i.state, i.blob, i.n_bytes, i.at_byte, i.at_line, i.n_imported, i.n_updated, i.n_unchanged,
       i.n_rejected, i.rejects, i.rejects_bytes, i.message, i.made_at, i.ended_at, u.ref AS maker_ref, u.name AS maker_name
FROM imports i LEFT JOIN users u ON u.id = i.made_by
WHERE i.id < $1
ORDER BY i.id DESC LIMIT $2;

-- name: import_begin
UPDATE imports SET state = 'running', mapping = $2, hash = $3, n_bytes = $4, message = NULL, ended_at = NULL WHERE id = $1;

-- name: import_progress
UPDATE imports SET at_byte = $2, at_line = $3, n_imported = $4, n_updated = $5, n_unchanged = $6, n_rejected = $7, rejects_bytes = $8, rejects = $9
WHERE id = $1 AND state = 'running';

-- name: import_end
UPDATE imports SET state = $2, message = $3, ended_at = $4 WHERE id = $1 AND state = 'running';

-- name: import_stop
UPDATE imports SET state = 'stopped', ended_at = $2 WHERE ref = $1 AND state = 'running';

-- name: import_remap
UPDATE imports SET mapping = $2, format = $3 WHERE ref = $1 AND state = 'mapping';

-- name: import_interrupted
-- Uploaded ones that were running when the server ended.
SELECT ref FROM imports WHERE state = 'running' AND blob IS NOT NULL ORDER BY id LIMIT 100;
