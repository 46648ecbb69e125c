-- Recoveries.

-- name: recovery_by_id
SELECT id, ref, asked_id, case_id, customer_id, assignee_id, kind, score, state, opened_at, due_at, late_at, done_at, corrected, version FROM recoveries WHERE id = $1;

-- name: recovery_by_ref
SELECT id, ref, asked_id, case_id, customer_id, assignee_id, kind, score, state, opened_at, due_at, late_at, done_at, corrected, version FROM recoveries WHERE ref = $1;

-- name: recovery_by_asked
SELECT id, ref, asked_id, case_id, customer_id, assignee_id, kind, score, state, opened_at, due_at, late_at, done_at, corrected, version FROM recoveries WHERE asked_id = $1;

-- Somebody who can: a supervisor of the team, another supervisor, an admin.
-- name: recovery_somebody
SELECT id AS value FROM users
WHERE role IN ('supervisor', 'admin') AND removed_at IS NULL AND id <> $1
ORDER BY CASE WHEN role = 'admin' THEN 2 WHEN team_id = $2 THEN 0 ELSE 1 END, id LIMIT 1;

-- name: recovery_insert
INSERT INTO recoveries (ref, asked_id, case_id, customer_id, assignee_id, kind, score, state, opened_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: recovery_rescore
UPDATE recoveries SET kind = $2, score = $3, corrected = FALSE, version = version + 1 WHERE id = $1 AND done_by IS NULL;

-- Opened again where a correction had ended it.
-- name: recovery_reopen
UPDATE recoveries SET state = 'open', done_at = NULL WHERE id = $1 AND state = 'done' AND done_by IS NULL;

-- name: recovery_corrected
UPDATE recoveries SET state = 'done', corrected = TRUE, done_at = $2, version = version + 1 WHERE id = $1 AND state = 'open';

-- name: recovery_done
UPDATE recoveries SET state = 'done', done_at = $2, done_by = $3, words = $4, version = version + 1 WHERE id = $1 AND state = 'open';

-- name: recovery_assign
UPDATE recoveries SET assignee_id = $2, version = version + 1 WHERE id = $1 AND state = 'open';

-- name: recovery_late
UPDATE recoveries SET late_at = $2 WHERE id = $1 AND state = 'open' AND late_at IS NULL;

-- name: recovery_turned
UPDATE recoveries SET turned_at = $3 WHERE customer_id = $1 AND turned_at IS NULL AND NOT corrected AND (CAST($2 AS BIGINT) = 0 OR case_id = $2);

-- name: recovery_list_open
SELECT r.id, r.ref, r.kind, r.score, r.state, c.ref AS case_ref, c.subject, k.ref AS customer_ref, k.name AS customer_name, s.name AS survey, n.words AS said, u.ref AS assignee_ref,
  u.name AS assignee_name, o.ref AS owner_ref, o.name AS owner_name, r.opened_at, r.due_at, r.late_at, r.done_at, d.name AS done_by, r.words, r.turned_at, r.version
FROM recoveries r JOIN cases c ON c.id = r.case_id JOIN survey_asked a ON a.id = r.asked_id JOIN surveys s ON s.id = a.survey_id
LEFT JOIN customers k ON k.id = r.customer_id LEFT JOIN users u ON u.id = r.assignee_id LEFT JOIN users o ON o.id = a.owner_id LEFT JOIN users d ON d.id = r.done_by
LEFT JOIN survey_answers n ON n.asked_id = r.asked_id AND n.kind = r.kind AND n.words IS NOT NULL
WHERE r.state = 'open' AND (CAST($1 AS BIGINT) = 0 OR r.assignee_id = $1) AND (CAST($2 AS BIGINT) = 0 OR r.late_at IS NOT NULL) AND (r.due_at, r.id) > ($3, $4)
ORDER BY r.due_at, r.id LIMIT $5;

-- name: recovery_list_all
SELECT r.id, r.ref, r.kind, r.score, r.state, c.ref AS case_ref, c.subject, k.ref AS customer_ref, k.name AS customer_name, s.name AS survey, n.words AS said, u.ref AS assignee_ref,
  u.name AS assignee_name, o.ref AS owner_ref, o.name AS owner_name, r.opened_at, r.due_at, r.late_at, r.done_at, d.name AS done_by, r.words, r.turned_at, r.version
FROM recoveries r JOIN cases c ON c.id = r.case_id JOIN survey_asked a ON a.id = r.asked_id JOIN surveys s ON s.id = a.survey_id
LEFT JOIN customers k ON k.id = r.customer_id LEFT JOIN users u ON u.id = r.assignee_id LEFT JOIN users o ON o.id = a.owner_id LEFT JOIN users d ON d.id = r.done_by
LEFT JOIN survey_answers n ON n.asked_id = r.asked_id AND n.kind = r.kind AND n.words IS NOT NULL
WHERE NOT r.corrected AND r.opened_at >= $1 AND r.opened_at < $2 AND (CAST($3 AS BIGINT) = 0 OR r.state = 'done') AND (CAST($4 AS BIGINT) = 0 OR r.assignee_id = $4)
  AND (CAST($5 AS BIGINT) = 0 OR (r.state = 'done' AND r.done_at <= r.due_at)) AND (CAST($6 AS BIGINT) = 0 OR r.turned_at IS NOT NULL)
  AND (CAST($7 AS BIGINT) = 0 OR a.team_id = $7) AND (r.opened_at, r.id) < ($8, $9)
ORDER BY r.opened_at DESC, r.id DESC LIMIT $10;

-- name: recovery_counts
SELECT count(*) AS n_open, count(*) FILTER (WHERE late_at IS NOT NULL) AS n_late, count(*) FILTER (WHERE assignee_id = $1) AS n_mine FROM recoveries WHERE state = 'open';
