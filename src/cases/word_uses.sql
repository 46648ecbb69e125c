-- name: word_uses
-- Written for categories; for the other trees the names are replaced (cases/word_uses.c).
SELECT w.ref, u.n FROM (
  SELECT n.category_id AS id, count(*) AS n FROM (SELECT c.category_id FROM cases c ORDER BY c.received_at DESC, c.id DESC LIMIT $1) n
  WHERE n.category_id IS NOT NULL GROUP BY n.category_id) u
JOIN categories w ON w.id = u.id;

-- name: word_uses_of
SELECT count(*) AS value FROM (SELECT c.id FROM cases c ORDER BY c.received_at DESC, c.id DESC LIMIT $1) n;
