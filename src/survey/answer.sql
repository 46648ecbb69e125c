-- What was answered.

-- name: answer_first
UPDATE survey_asked SET state = 'answered', answered_at = $2 WHERE id = $1 AND state = 'sent' AND ends_at > $2;

-- Locks the row, so that two changes come one after the other.
-- name: answer_again
UPDATE survey_asked SET state = 'answered' WHERE id = $1 AND state = 'answered' AND answered_at > $2;

-- name: answer_clear
DELETE FROM survey_answers WHERE asked_id = $1;

-- name: answer_insert
INSERT INTO survey_answers (asked_id, question_id, case_id, kind, score, words) VALUES ($1, $2, $3, $4, $5, $6);

-- name: answer_list
SELECT q.place, n.score, n.words FROM survey_answers n JOIN survey_questions q ON q.id = n.question_id WHERE n.asked_id = $1 ORDER BY q.place;
