-- The catalogue of remedies. What was given: remedy.sql.

-- name: remedy_type_list
SELECT t.id, t.ref, t.kind, t.name, t.has_value, t.goodwill, t.done_by, t.hook_id, h.ref AS hook_ref, h.name AS hook_name, t.wording, t.limits, t.removed_at, t.version
FROM remedy_types t LEFT JOIN remedy_hooks h ON h.id = t.hook_id
WHERE t.removed_at IS NULL ORDER BY t.id LIMIT 500;

-- name: remedy_type_one
SELECT t.id, t.ref, t.kind, t.name, t.has_value, t.goodwill, t.done_by, t.hook_id, h.ref AS hook_ref, h.name AS hook_name, t.wording, t.limits, t.removed_at, t.version
FROM remedy_types t LEFT JOIN remedy_hooks h ON h.id = t.hook_id
WHERE t.ref = CAST($1 AS TEXT) OR t.id = CAST($2 AS BIGINT);

-- name: remedy_type_of_kind
SELECT t.id, t.ref, t.kind, t.name, t.has_value, t.goodwill, t.done_by, t.hook_id, h.ref AS hook_ref, h.name AS hook_name, t.wording, t.limits, t.removed_at, t.version
FROM remedy_types t LEFT JOIN remedy_hooks h ON h.id = t.hook_id
WHERE t.kind = $1 AND t.removed_at IS NULL ORDER BY t.id LIMIT 1;

-- name: remedy_type_insert
INSERT INTO remedy_types (ref, kind, name, has_value, goodwill, done_by, hook_id, wording, limits, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: remedy_type_update
UPDATE remedy_types SET kind = $3, name = $4, has_value = $5, goodwill = $6, done_by = $7, hook_id = $8, wording = $9, limits = $10, removed_at = $11, version = version + 1
WHERE id = $1 AND version = $2;
