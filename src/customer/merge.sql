-- Two customers who are one, and their undoing.

-- A merged one is not touched again: no row changed.
-- name: customer_mark_merged
UPDATE customers SET merged_into = $2, version = version + 1 WHERE id = $1 AND merged_into IS NULL;

-- name: customer_mark_unmerged
UPDATE customers SET merged_into = NULL, version = version + 1 WHERE id = $1;

-- The target must stay one: no row changed when it was merged away meanwhile.
-- name: customer_touch_target
UPDATE customers SET version = version + 1 WHERE id = $1 AND merged_into IS NULL;

-- name: customer_take_name
UPDATE customers SET name = $2, name_key = $3 WHERE id = $1 AND name = '';

-- name: customer_give_name_back
UPDATE customers SET name = '', name_key = '' WHERE id = $1 AND name = $2;

-- name: merge_move_contacts
UPDATE contacts SET customer_id = $2 WHERE customer_id = $1 RETURNING id;

-- name: merge_move_cases
UPDATE cases SET customer_id = $2 WHERE customer_id = $1 RETURNING id;

-- name: merge_contact_back
UPDATE contacts SET customer_id = $2 WHERE id = $1 AND customer_id = $3;

-- name: merge_case_back
UPDATE cases SET customer_id = $2 WHERE id = $1 AND customer_id = $3;

-- name: merge_insert
INSERT INTO merges (kind, source_id, target_id, moved, made_by, made_at) VALUES ('customer', $1, $2, $3, $4, $5);

-- name: merge_last
SELECT id, target_id, moved, made_at FROM merges
WHERE kind = 'customer' AND source_id = $1 AND undone_at IS NULL
ORDER BY id DESC LIMIT 1;

-- name: merge_mark_undone
UPDATE merges SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL;

-- name: merge_list_of_target
SELECT c.ref, c.name, g.made_at FROM merges g JOIN customers c ON c.id = g.source_id
WHERE g.kind = 'customer' AND g.target_id = $1 AND g.undone_at IS NULL AND g.made_at > $2
ORDER BY g.id DESC LIMIT 50;
