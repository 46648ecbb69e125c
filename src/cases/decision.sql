-- Decisions of a case: only added, never changed.

-- name: decision_insert
INSERT INTO decisions (case_id, outcome, reasons, points, by_id, made_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id AS value;

-- name: decision_newest
SELECT d.outcome, d.reasons, d.points, d.made_at, u.ref AS by_ref, u.name AS by_name
FROM decisions d LEFT JOIN users u ON u.id = d.by_id
WHERE d.case_id = $1 ORDER BY d.id DESC LIMIT 1;

-- name: decision_rows
SELECT d.outcome, d.reasons, d.points, d.made_at, u.ref AS by_ref, u.name AS by_name
FROM decisions d LEFT JOIN users u ON u.id = d.by_id
WHERE d.case_id = $1 ORDER BY d.id DESC LIMIT 200;
