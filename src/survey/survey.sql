-- Surveys and their questions.

-- name: survey_by_id
SELECT s.id, s.ref, s.name, s.event, s.kind, s.channel, s.category_id, w.path AS category, w.ref AS category_ref, s.team_id, t.name AS team_name, t.ref AS team_ref,
  s.severity, s.delay_minutes, s.sample_pct, s.valid_days, s.recovery_hours, s.words, s.is_active, s.created_at, s.removed_at, s.version
FROM surveys s LEFT JOIN categories w ON w.id = s.category_id LEFT JOIN teams t ON t.id = s.team_id WHERE s.id = $1;

-- name: survey_by_ref
SELECT s.id, s.ref, s.name, s.event, s.kind, s.channel, s.category_id, w.path AS category, w.ref AS category_ref, s.team_id, t.name AS team_name, t.ref AS team_ref,
  s.severity, s.delay_minutes, s.sample_pct, s.valid_days, s.recovery_hours, s.words, s.is_active, s.created_at, s.removed_at, s.version
FROM surveys s LEFT JOIN categories w ON w.id = s.category_id LEFT JOIN teams t ON t.id = s.team_id WHERE s.ref = $1;

-- name: survey_list
SELECT s.id, s.ref, s.name, s.event, s.kind, s.channel, s.category_id, w.path AS category, w.ref AS category_ref, s.team_id, t.name AS team_name, t.ref AS team_ref,
  s.severity, s.delay_minutes, s.sample_pct, s.valid_days, s.recovery_hours, s.words, s.is_active, s.created_at, s.removed_at, s.version
FROM surveys s LEFT JOIN categories w ON w.id = s.category_id LEFT JOIN teams t ON t.id = s.team_id
WHERE s.removed_at IS NULL ORDER BY s.name, s.id LIMIT 500;

-- name: survey_questions
SELECT id, place, kind, required, points, bar, words FROM survey_questions WHERE survey_id = $1 AND removed_at IS NULL ORDER BY place;

-- name: survey_name_taken
SELECT count(*) AS value FROM surveys WHERE name_key = $1 AND id <> $2;

-- name: survey_insert
INSERT INTO surveys (ref, name, name_key, event, kind, channel, category_id, team_id, severity, delay_minutes, sample_pct, valid_days, recovery_hours, words, is_active, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, FALSE, $15)
ON CONFLICT (ref) DO NOTHING RETURNING id AS value;

-- name: survey_update
UPDATE surveys SET name = $3, name_key = $4, event = $5, kind = $6, channel = $7, category_id = $8, team_id = $9, severity = $10, delay_minutes = $11,
  sample_pct = $12, valid_days = $13, recovery_hours = $14, words = $15, is_active = $16, removed_at = $17, version = version + 1
WHERE id = $1 AND version = $2;

-- name: survey_question_insert
INSERT INTO survey_questions (survey_id, place, kind, required, points, bar, words) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: survey_question_last
SELECT COALESCE(max(place), 0) AS value FROM survey_questions WHERE survey_id = $1;

-- name: survey_question_update
UPDATE survey_questions SET required = $3, points = $4, bar = $5, words = $6 WHERE survey_id = $1 AND place = $2 AND removed_at IS NULL;

-- name: survey_question_remove
UPDATE survey_questions SET removed_at = $3 WHERE survey_id = $1 AND place = $2 AND removed_at IS NULL;

-- name: survey_touch
UPDATE surveys SET version = version + 1 WHERE id = $1;
