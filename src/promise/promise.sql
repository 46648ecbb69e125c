-- name: promise_insert
INSERT INTO promises (ref, case_id, what, due_at, first_due_at, whole_day, owner_id, source, message_id, span_start, span_end, certainty, made_at,
  made_by, told, next_at)
VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: promise_by_id
SELECT p.*, c.ref AS case_ref, o.ref AS owner_ref, o.name AS owner_name, m.ref AS maker_ref, m.name AS maker_name, w.ref AS message_ref
FROM promises p JOIN cases c ON c.id = p.case_id
LEFT JOIN users o ON o.id = p.owner_id LEFT JOIN users m ON m.id = p.made_by LEFT JOIN messages w ON w.id = p.message_id
WHERE p.id = $1;

-- name: promise_by_ref
SELECT p.*, c.ref AS case_ref, o.ref AS owner_ref, o.name AS owner_name, m.ref AS maker_ref, m.name AS maker_name, w.ref AS message_ref
FROM promises p JOIN cases c ON c.id = p.case_id
LEFT JOIN users o ON o.id = p.owner_id LEFT JOIN users m ON m.id = p.made_by LEFT JOIN messages w ON w.id = p.message_id
WHERE p.ref = $1;

-- name: promise_rows
SELECT p.*, c.ref AS case_ref, o.ref AS owner_ref, o.name AS owner_name, m.ref AS maker_ref, m.name AS maker_name, w.ref AS message_ref
FROM promises p JOIN cases c ON c.id = p.case_id
LEFT JOIN users o ON o.id = p.owner_id LEFT JOIN users m ON m.id = p.made_by LEFT JOIN messages w ON w.id = p.message_id
WHERE p.case_id = $1 OR p.case_id IN (SELECT g.source_id FROM merges g WHERE g.kind = 'case' AND g.target_id = $1 AND g.undone_at IS NULL)
ORDER BY CASE WHEN p.state = 'open' THEN 0 ELSE 1 END, CASE WHEN p.state = 'open' THEN p.due_at ELSE -p.due_at END, p.id LIMIT 200;

-- name: promise_lock
-- Reads one in order to write it.
UPDATE promises SET version = version WHERE id = $1
RETURNING *;

-- name: promise_save
UPDATE promises SET what = $2, due_at = $3, whole_day = $4, owner_id = $5, state = $6, kept_at = $7, ended_at = $8, reason = $9, n_moved = $10,
  told = $11, next_at = $12, version = $13
WHERE id = $1;

-- name: promise_sum
-- What was promised on a case that was merged into this one is due on this one. Two halves, not "OR case_id IN (...)": for that SQLite makes
-- a table at every look.
SELECT count(*) FILTER (WHERE case_id = $1) AS n, count(*) FILTER (WHERE case_id = $1 AND state = 'broken') AS n_broken,
  min(due_at) FILTER (WHERE state = 'open') AS due_at
FROM (SELECT case_id, state, due_at FROM promises WHERE case_id = $1
  UNION ALL
  SELECT p.case_id, p.state, p.due_at FROM merges g JOIN promises p ON p.case_id = g.source_id
  WHERE g.kind = 'case' AND g.target_id = $1 AND g.undone_at IS NULL) AS promised;

-- name: promise_soon
-- From when the next open one is soon: what is still to be told, or since it was made.
SELECT CASE WHEN told = 0 AND next_at IS NOT NULL THEN next_at ELSE made_at END AS value
FROM (SELECT due_at, told, next_at, made_at FROM promises WHERE state = 'open' AND case_id = $1
  UNION ALL
  SELECT p.due_at, p.told, p.next_at, p.made_at FROM merges g JOIN promises p ON p.case_id = g.source_id
  WHERE g.kind = 'case' AND g.target_id = $1 AND g.undone_at IS NULL AND p.state = 'open') AS promised
ORDER BY due_at LIMIT 1;
