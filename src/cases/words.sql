-- One text for three tables of one shape: words.c puts products or root_causes where categories stands.

-- name: tree_by_ref
SELECT id, ref, parent_id, name, path, removed_at, version FROM categories WHERE ref = $1;

-- name: tree_by_path
SELECT id AS value FROM categories WHERE path_key = $1 AND removed_at IS NULL;

-- name: tree_insert
-- A word that was removed comes back by being added again. No row: the ref is taken.
INSERT INTO categories (ref, parent_id, name, path, path_key, created_at)
SELECT $1, CAST($2 AS BIGINT), $3, $4, $5, CAST($6 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM categories WHERE ref = $1)
ON CONFLICT (path_key) DO UPDATE SET removed_at = NULL, version = categories.version + 1
RETURNING id AS value;

-- name: tree_ref
SELECT ref FROM categories WHERE id = $1;

-- name: tree_rows
SELECT w.id, w.ref, w.name, w.path, w.removed_at, w.version, p.ref AS parent
FROM categories w LEFT JOIN categories p ON p.id = w.parent_id
WHERE CAST($1 AS BIGINT) = 1 OR w.removed_at IS NULL
ORDER BY w.path_key;

-- name: tree_below
-- The word itself and everything under it, parents first.
WITH RECURSIVE below (id, parent_id, name, depth) AS (
  SELECT id, parent_id, name, 0 FROM categories WHERE id = $1
  UNION ALL
  SELECT w.id, w.parent_id, w.name, b.depth + 1 FROM categories w JOIN below b ON w.parent_id = b.id WHERE b.depth < 16
)
SELECT id, parent_id, name, depth FROM below ORDER BY depth, id;

-- name: tree_parent_path
SELECT p.path AS path FROM categories w JOIN categories p ON p.id = w.parent_id WHERE w.id = $1;

-- name: tree_rename
UPDATE categories SET name = $2, path = $3, path_key = $4, version = version + 1 WHERE id = $1;

-- name: tree_remove
UPDATE categories SET removed_at = $2, version = version + 1 WHERE id = $1;
