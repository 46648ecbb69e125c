-- name: letter_words_one
SELECT subject, body, version FROM letter_words WHERE outcome = $1 AND lang = $2;

-- name: letter_words_rows
SELECT outcome, lang, subject, version FROM letter_words ORDER BY lang, outcome LIMIT 1000;

-- name: letter_words_put
INSERT INTO letter_words (outcome, lang, subject, body, changed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (outcome, lang) DO UPDATE SET subject = $3, body = $4, changed_at = $5, version = letter_words.version + 1;

-- name: letter_words_remove
DELETE FROM letter_words WHERE outcome = $1 AND lang = $2;
