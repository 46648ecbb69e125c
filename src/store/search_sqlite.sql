-- No row comes back when the key is known: then it moves to the newest id.
-- name: search_doc_put
-- engine: sqlite
INSERT INTO search_docs (key) VALUES ($1)
ON CONFLICT (key) DO NOTHING
RETURNING id AS value;

-- name: search_doc_move
-- engine: sqlite
UPDATE search_docs SET id = (SELECT max(d.id) + 1 FROM search_docs AS d) WHERE key = $1
RETURNING id AS value;

-- name: search_words_put
-- engine: sqlite
INSERT INTO search (rowid, text) VALUES ($1, $2);

-- name: search_doc_remove
-- engine: sqlite
UPDATE search_docs SET key = -id WHERE key = $1;

-- name: search_newest
-- engine: sqlite
SELECT max(id) AS value FROM search_docs;

-- search_hits is ours: search_sqlite.c.
-- name: search_match
-- engine: sqlite
SELECT rowid AS id, search_hits(search) AS hits FROM search
WHERE search MATCH $1 AND rowid > $2 AND rowid <= $3
ORDER BY rowid DESC LIMIT $4;

-- In the order of the words; read only as far as wanted.
-- name: search_words_from
-- engine: sqlite
SELECT term FROM search_words WHERE term >= $1;
