-- name: tag_words
WITH RECURSIVE words (tag) AS (
  SELECT min(tag) FROM case_tags
  UNION ALL
  SELECT (SELECT min(t.tag) FROM case_tags AS t WHERE t.tag > words.tag) FROM words WHERE words.tag IS NOT NULL
)
SELECT tag FROM words WHERE tag IS NOT NULL LIMIT CAST($1 AS BIGINT);
