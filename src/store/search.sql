-- name: search_keys
-- A batch; gone ones are left out: put again since, or removed.
SELECT d.id, CASE WHEN d.key % 2 = 0 THEN d.key / 2 ELSE m.case_id END AS case_id
FROM search_docs AS d LEFT JOIN messages AS m ON d.key % 2 = 1 AND m.id = d.key / 2
WHERE d.key >= 0 AND d.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
  $25, $26, $27, $28, $29, $30, $31, $32);

-- name: search_text
-- What a document's snippet is taken from: the message, or the first of its case.
SELECT m.body FROM messages AS m
WHERE m.id = (SELECT CASE WHEN d.key % 2 = 1 THEN d.key / 2
    ELSE (SELECT f.id FROM messages AS f WHERE f.case_id = d.key / 2 ORDER BY f.said_at, f.id LIMIT 1) END
  FROM search_docs AS d WHERE d.id = $1);
