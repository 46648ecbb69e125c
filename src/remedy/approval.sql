-- Approvals: who is asked, until when, what they said.

-- name: approval_insert
INSERT INTO approvals (ref, remedy_id, case_id, asked_by, asked_of, state, made_at, due_at) VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: approval_of_remedy
UPDATE remedies SET approval_id = $2 WHERE id = $1;

-- name: approval_one
SELECT a.id, a.ref, a.remedy_id, a.case_id, a.asked_by, a.asked_of, a.state, a.due_at, a.n_moved, a.decided_at, a.version, d.name AS decided_by_name, b.name AS asked_by_name
FROM approvals a LEFT JOIN users d ON d.id = a.decided_by JOIN users b ON b.id = a.asked_by
WHERE a.ref = CAST($1 AS TEXT) OR a.id = CAST($2 AS BIGINT);

-- name: approval_decide
UPDATE approvals SET state = $3, decided_by = $4, behalf_of = $5, decided_at = $6, words = $7, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'waiting';

-- name: approval_move
UPDATE approvals SET asked_of = $3, due_at = $4, n_moved = n_moved + 1, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'waiting';

-- name: approval_list
SELECT a.ref, r.ref AS remedy_ref, t.name AS remedy_name, r.kind, r.amount_minor, r.currency, r.goodwill, r.reason, c.ref AS case_ref, c.subject AS case_subject, c.severity,
  cu.name AS customer_name, b.ref AS asked_by_ref, b.name AS asked_by_name, w.ref AS asked_of_ref, w.name AS asked_of_name, a.made_at, a.due_at,
  CASE WHEN a.asked_of = CAST($1 AS BIGINT) OR EXISTS (SELECT 1 FROM delegations d WHERE d.from_id = a.asked_of AND d.to_id = CAST($1 AS BIGINT) AND d.removed_at IS NULL
    AND d.starts_at <= CAST($2 AS BIGINT) AND d.ends_at > CAST($2 AS BIGINT)) THEN 1 ELSE 0 END AS mine
FROM approvals a JOIN remedies r ON r.id = a.remedy_id JOIN remedy_types t ON t.id = r.type_id JOIN cases c ON c.id = a.case_id LEFT JOIN customers cu ON cu.id = c.customer_id
JOIN users b ON b.id = a.asked_by JOIN users w ON w.id = a.asked_of
WHERE a.state = 'waiting' AND a.asked_by <> CAST($1 AS BIGINT) ORDER BY a.due_at, a.id LIMIT 500;
