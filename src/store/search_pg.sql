-- name: search_put_pg
-- engine: postgresql
INSERT INTO search_docs (key, words) VALUES ($1, to_tsvector('simple', $2))
ON CONFLICT (key) DO UPDATE SET words = excluded.words;

-- name: search_remove_pg
-- engine: postgresql
DELETE FROM search_docs WHERE key = $1;

-- name: search_match_pg
-- engine: postgresql
SELECT m.id AS id, CAST(ts_rank(m.words, CAST($1 AS TSQUERY)) AS DOUBLE PRECISION) AS rank
FROM (SELECT d.id, d.words FROM search_docs AS d WHERE d.words @@ CAST($1 AS TSQUERY) ORDER BY d.id DESC LIMIT $2) AS m
ORDER BY m.id DESC;
