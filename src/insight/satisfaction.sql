-- What customers felt, counted. A category takes those below it too; 0 takes all.

-- name: satisfaction_scores
SELECT n.kind, n.score, a.survey_id, a.owner_id, a.team_id, c.category_id, c.channel
FROM survey_asked a JOIN survey_answers n ON n.asked_id = a.id JOIN cases c ON c.id = a.case_id
WHERE a.answered_at >= $1 AND a.answered_at < $2 AND n.score IS NOT NULL AND n.kind IN ('csat', 'nps', 'ces')
  AND (CAST($3 AS BIGINT) = 0 OR a.survey_id = $3) AND (CAST($4 AS BIGINT) = 0 OR a.team_id = $4) AND (CAST($5 AS BIGINT) = 0 OR a.owner_id = $5)
  AND (CAST($6 AS TEXT) IS NULL OR c.channel = $6)
  AND (CAST($7 AS BIGINT) = 0 OR c.category_id IN (SELECT w.id FROM categories w JOIN categories top ON top.id = $7
    WHERE w.id = top.id OR substr(w.path_key, 1, length(top.path_key) + 3) = top.path_key || ' › '));

-- name: satisfaction_sent
SELECT count(*) AS n_sent, count(a.answered_at) AS n_answered
FROM survey_asked a JOIN cases c ON c.id = a.case_id
WHERE a.sent_at >= $1 AND a.sent_at < $2
  AND (CAST($3 AS BIGINT) = 0 OR a.survey_id = $3) AND (CAST($4 AS BIGINT) = 0 OR a.team_id = $4) AND (CAST($5 AS BIGINT) = 0 OR a.owner_id = $5)
  AND (CAST($6 AS TEXT) IS NULL OR c.channel = $6)
  AND (CAST($7 AS BIGINT) = 0 OR c.category_id IN (SELECT w.id FROM categories w JOIN categories top ON top.id = $7
    WHERE w.id = top.id OR substr(w.path_key, 1, length(top.path_key) + 3) = top.path_key || ' › '));

-- name: satisfaction_recoveries
SELECT count(*) AS n, count(*) FILTER (WHERE r.state = 'done' OR r.due_at <= $8) AS n_due, count(*) FILTER (WHERE r.state = 'done' AND r.done_at <= r.due_at) AS n_in_time,
  count(r.turned_at) AS n_turned
FROM recoveries r JOIN survey_asked a ON a.id = r.asked_id JOIN cases c ON c.id = a.case_id
WHERE r.opened_at >= $1 AND r.opened_at < $2 AND NOT r.corrected
  AND (CAST($3 AS BIGINT) = 0 OR a.survey_id = $3) AND (CAST($4 AS BIGINT) = 0 OR a.team_id = $4) AND (CAST($5 AS BIGINT) = 0 OR a.owner_id = $5)
  AND (CAST($6 AS TEXT) IS NULL OR c.channel = $6)
  AND (CAST($7 AS BIGINT) = 0 OR c.category_id IN (SELECT w.id FROM categories w JOIN categories top ON top.id = $7
    WHERE w.id = top.id OR substr(w.path_key, 1, length(top.path_key) + 3) = top.path_key || ' › '));

-- name: satisfaction_own
SELECT q.id, q.kind, q.points, q.words, s.ref, s.name, n.score, count(*) AS n
FROM survey_asked a JOIN survey_answers n ON n.asked_id = a.id JOIN survey_questions q ON q.id = n.question_id JOIN surveys s ON s.id = a.survey_id JOIN cases c ON c.id = a.case_id
WHERE a.answered_at >= $1 AND a.answered_at < $2 AND q.kind IN ('scale', 'choice', 'text')
  AND (CAST($3 AS BIGINT) = 0 OR a.survey_id = $3) AND (CAST($4 AS BIGINT) = 0 OR a.team_id = $4) AND (CAST($5 AS BIGINT) = 0 OR a.owner_id = $5)
  AND (CAST($6 AS TEXT) IS NULL OR c.channel = $6)
  AND (CAST($7 AS BIGINT) = 0 OR c.category_id IN (SELECT w.id FROM categories w JOIN categories top ON top.id = $7
    WHERE w.id = top.id OR substr(w.path_key, 1, length(top.path_key) + 3) = top.path_key || ' › '))
GROUP BY q.id, q.kind, q.points, s.ref, s.name, n.score ORDER BY s.name, q.id, n.score;

-- name: satisfaction_survey_names
SELECT id, ref, name FROM surveys;

-- name: satisfaction_user_names
SELECT id, ref, name FROM users;

-- name: satisfaction_team_names
SELECT id, ref, name FROM teams;

-- name: satisfaction_category_names
SELECT id, ref, path AS name FROM categories;

-- name: satisfaction_still
SELECT count(*) AS n_asked, count(f.answered_at) AS n_answered, count(*) FILTER (WHERE f.state = 'right') AS n_right, count(*) FILTER (WHERE f.state = 'silent') AS n_silent
FROM follow_ups f WHERE f.asked_at >= $1 AND f.asked_at < $2 AND (CAST($3 AS BIGINT) = 0 OR f.team_id = $3);

-- name: satisfaction_still_groups
SELECT f.team_id, f.owner_id, c.category_id, c.channel, count(f.answered_at) AS n, count(*) FILTER (WHERE f.state = 'right') AS n_right
FROM follow_ups f JOIN cases c ON c.id = f.case_id
WHERE f.asked_at >= $1 AND f.asked_at < $2 AND (CAST($3 AS BIGINT) = 0 OR f.team_id = $3) AND f.answered_at IS NOT NULL
GROUP BY f.team_id, f.owner_id, c.category_id, c.channel;

-- name: felt_answers
SELECT a.id, n.question_id, a.answered_at, s.ref AS survey_ref, s.name AS survey, c.ref AS case_ref, c.subject, k.ref AS customer_ref, k.name AS customer_name, u.ref AS owner_ref, u.name AS owner_name,
  n.kind, n.score, n.words, q.words AS asks, r.ref AS recovery_ref, r.state AS recovery_state
FROM survey_asked a JOIN survey_answers n ON n.asked_id = a.id JOIN survey_questions q ON q.id = n.question_id JOIN surveys s ON s.id = a.survey_id JOIN cases c ON c.id = a.case_id
LEFT JOIN customers k ON k.id = a.customer_id LEFT JOIN users u ON u.id = a.owner_id LEFT JOIN recoveries r ON r.asked_id = a.id
WHERE a.answered_at >= $1 AND a.answered_at < $2
  AND (CAST($3 AS BIGINT) = 0 OR a.survey_id = $3) AND (CAST($4 AS BIGINT) = 0 OR a.team_id = $4) AND (CAST($5 AS BIGINT) = 0 OR a.owner_id = $5)
  AND (CAST($6 AS TEXT) IS NULL OR c.channel = $6)
  AND (CAST($7 AS BIGINT) = 0 OR c.category_id IN (SELECT w.id FROM categories w JOIN categories top ON top.id = $7
    WHERE w.id = top.id OR substr(w.path_key, 1, length(top.path_key) + 3) = top.path_key || ' › '))
  AND (CAST($8 AS TEXT) IS NULL OR n.kind = $8) AND (CAST($9 AS BIGINT) < 0 OR (n.score >= $9 AND n.score <= $10)) AND (CAST($11 AS BIGINT) = 0 OR n.words IS NOT NULL)
  AND (CAST($12 AS BIGINT) = 0 OR n.question_id = $12) AND (a.answered_at, a.id, n.question_id) < ($13, $14, $15)
ORDER BY a.answered_at DESC, a.id DESC, n.question_id DESC LIMIT $16;

-- name: felt_sent
SELECT a.id, 0 AS question_id, a.sent_at, a.answered_at, a.state, s.ref AS survey_ref, s.name AS survey, c.ref AS case_ref, c.subject, k.ref AS customer_ref, k.name AS customer_name,
  u.ref AS owner_ref, u.name AS owner_name
FROM survey_asked a JOIN surveys s ON s.id = a.survey_id JOIN cases c ON c.id = a.case_id LEFT JOIN customers k ON k.id = a.customer_id LEFT JOIN users u ON u.id = a.owner_id
WHERE a.sent_at >= $1 AND a.sent_at < $2
  AND (CAST($3 AS BIGINT) = 0 OR a.survey_id = $3) AND (CAST($4 AS BIGINT) = 0 OR a.team_id = $4) AND (CAST($5 AS BIGINT) = 0 OR a.owner_id = $5)
  AND (CAST($6 AS TEXT) IS NULL OR c.channel = $6)
  AND (CAST($7 AS BIGINT) = 0 OR c.category_id IN (SELECT w.id FROM categories w JOIN categories top ON top.id = $7
    WHERE w.id = top.id OR substr(w.path_key, 1, length(top.path_key) + 3) = top.path_key || ' › '))
  AND (a.sent_at, a.id) < ($8, $9)
ORDER BY a.sent_at DESC, a.id DESC LIMIT $10;
