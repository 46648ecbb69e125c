-- name: theirs_merges
-- What was merged into a case, and whose it was.
SELECT m.source_id, m.moved, c.customer_id FROM merges m JOIN cases c ON c.id = m.source_id
WHERE m.kind = 'case' AND m.target_id = $1 AND m.undone_at IS NULL
ORDER BY m.id LIMIT 1000;

-- name: theirs_ids
SELECT id, ref FROM messages WHERE case_id = $1 ORDER BY id LIMIT 5000;

-- name: theirs_merge
SELECT m.id, m.target_id, m.moved, c.customer_id FROM merges m JOIN cases c ON c.id = m.source_id
WHERE m.kind = 'case' AND m.source_id = $1 AND m.undone_at IS NULL
ORDER BY m.id DESC LIMIT 1;

-- name: theirs_moved
UPDATE merges SET moved = $2 WHERE id = $1;
