-- Of whom a survey was asked.

-- name: asked_by_id
SELECT id, ref, survey_id, case_id, customer_id, owner_id, team_id, state, reason, lang, made_at, due_at, sent_at, ends_at, answered_at, message_id FROM survey_asked WHERE id = $1;

-- name: asked_by_ref
SELECT id, ref, survey_id, case_id, customer_id, owner_id, team_id, state, reason, lang, made_at, due_at, sent_at, ends_at, answered_at, message_id FROM survey_asked WHERE ref = $1;

-- The surveys an event of a case brings up. An empty condition takes any; a category takes those below it too.
-- name: asked_triggered
SELECT s.id, s.ref, s.delay_minutes, s.sample_pct, c.ref AS case_ref, c.customer_id
FROM surveys s JOIN cases c ON c.id = $2
WHERE s.event = $1 AND s.is_active AND s.removed_at IS NULL
  AND (s.kind IS NULL OR s.kind = c.kind) AND (s.channel IS NULL OR s.channel = c.channel) AND (s.team_id IS NULL OR s.team_id = c.team_id)
  AND (s.severity IS NULL OR c.severity >= s.severity)
  AND (s.category_id IS NULL OR EXISTS (SELECT 1 FROM categories w JOIN categories top ON top.id = s.category_id
    WHERE w.id = c.category_id AND (w.id = top.id OR substr(w.path_key, 1, length(top.path_key) + 3) = top.path_key || ' › ')))
ORDER BY s.id;

-- name: asked_insert
-- No row: the ref is taken.
INSERT INTO survey_asked (ref, survey_id, case_id, customer_id, state, made_at, due_at)
SELECT $1, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), 'waiting', CAST($5 AS BIGINT), CAST($6 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM survey_asked WHERE ref = $1)
ON CONFLICT (survey_id, case_id) WHERE state = 'waiting' DO UPDATE SET due_at = excluded.due_at
RETURNING id AS value;

-- name: asked_answer_taken_back
-- One that waits already when the next answer comes keeps the time of the first.
UPDATE survey_asked SET state = 'not_sent', reason = 'taken_back'
WHERE case_id = $1 AND state = 'waiting' AND made_at <= $2 AND made_at > $3 AND survey_id IN (SELECT s.id FROM surveys s WHERE s.event = 'message.sent');

-- name: asked_end_taken_back
UPDATE survey_asked SET state = 'not_sent', reason = 'taken_back'
WHERE case_id = $1 AND state = 'waiting' AND made_at = $2 AND survey_id IN (SELECT s.id FROM surveys s WHERE s.event IN ('case.resolved', 'case.closed'));

-- name: asked_since
SELECT (SELECT count(*) FROM survey_asked a JOIN surveys s ON s.id = a.survey_id
    WHERE a.case_id = $1 AND a.made_at IN ($2, $3) AND a.state IN ('sent', 'answered', 'expired') AND s.event IN ('case.resolved', 'case.closed'))
  + (SELECT count(*) FROM follow_ups f WHERE f.case_id = $1 AND f.made_at IN ($2, $3) AND f.state NOT IN ('waiting', 'not_asked')) AS value;

-- name: asked_take_turn
INSERT INTO survey_turns (customer_id, asked_at) VALUES ($1, $2)
ON CONFLICT (customer_id) DO UPDATE SET asked_at = excluded.asked_at WHERE survey_turns.asked_at <= $3
RETURNING customer_id AS value;

-- name: asked_join_turns
INSERT INTO survey_turns (customer_id, asked_at) SELECT CAST($2 AS BIGINT), asked_at FROM survey_turns WHERE customer_id = $1
ON CONFLICT (customer_id) DO UPDATE SET asked_at = excluded.asked_at WHERE survey_turns.asked_at < excluded.asked_at;

-- name: asked_join_stops
INSERT INTO survey_stops (customer_id, since) SELECT CAST($2 AS BIGINT), since FROM survey_stops WHERE customer_id = $1
ON CONFLICT (customer_id) DO NOTHING;

-- name: asked_stopped
SELECT count(*) AS value FROM survey_stops WHERE customer_id = $1;

-- name: asked_stop
INSERT INTO survey_stops (customer_id, since) VALUES ($1, $2) ON CONFLICT (customer_id) DO NOTHING;

-- name: asked_allow
DELETE FROM survey_stops WHERE customer_id = $1;

-- name: asked_sent
UPDATE survey_asked SET state = 'sent', customer_id = (SELECT c.customer_id FROM cases c WHERE c.id = survey_asked.case_id), lang = $2, message_id = $3, owner_id = $4, team_id = $5, sent_at = $6, ends_at = $7 WHERE id = $1 AND state = 'waiting';

-- name: asked_not_sent
UPDATE survey_asked SET state = 'not_sent', reason = $2 WHERE id = $1 AND state = 'waiting';

-- name: asked_expire
UPDATE survey_asked SET state = 'expired' WHERE id = $1 AND state = 'sent';

-- Everything a case's page shows of this, in one statement: surveys (what 0) with an answer a row, following up (what 1).
-- name: asked_of_case
-- In no order: what is asked of nearly every case must not begin by making a table to sort in.
SELECT 0 AS what, a.id, a.ref, s.name, a.state, a.reason, a.due_at, a.sent_at, a.ends_at, a.answered_at, q.place, q.kind, q.points, q.words AS asks, n.score, n.words,
  r.ref AS recovery_ref, r.state AS recovery_state, r.due_at AS recovery_due, r.late_at AS recovery_late, r.done_at AS recovery_done, r.words AS recovery_words, u.name AS assignee
FROM survey_asked a JOIN surveys s ON s.id = a.survey_id
LEFT JOIN survey_answers n ON n.asked_id = a.id LEFT JOIN survey_questions q ON q.id = n.question_id
LEFT JOIN recoveries r ON r.asked_id = a.id LEFT JOIN users u ON u.id = r.assignee_id
WHERE a.case_id = $1
UNION ALL
SELECT 1, f.id, f.ref, NULL, f.state, f.reason, f.due_at, f.asked_at, f.ends_at, f.answered_at, NULL, NULL, NULL, NULL, NULL, f.words, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM follow_ups f WHERE f.case_id = $1
LIMIT 200;
